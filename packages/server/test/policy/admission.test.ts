import t from 'tap';
import { Admission } from '../../src/policy/admission.js';

t.test('admits up to the limit, and again when one has left', async (t) => {
  const admission = new Admission(2);
  const first = admission.enter();
  admission.enter();
  t.throws(() => admission.enter(), { code: 'TOO_MANY_TRACES', retryAfter: 2 });
  first.leave();
  first.leave();
  t.equal(admission.running, 1, 'leaving twice frees one place');
  admission.enter();
  t.equal(admission.running, 2);
});

t.test('closing admits nobody and waits for those who finish', async (t) => {
  const admission = new Admission(2);
  const slot = admission.enter();
  const closed = admission.close(60_000);
  t.ok(admission.closing);
  t.throws(() => admission.enter(), { code: 'STOPPED' });
  slot.leave();
  await closed;
  t.notOk(slot.signal.aborted, 'it was let finish');
});

t.test('closing stops those who do not', async (t) => {
  const admission = new Admission(2);
  const slot = admission.enter();
  slot.signal.addEventListener('abort', () => slot.leave());
  await admission.close(1);
  t.ok(slot.signal.aborted);
});

t.test('closing when nothing runs is immediate', async (t) => {
  await new Admission(1).close(60_000);
  t.pass('closed');
});
