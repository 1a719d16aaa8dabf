import { getEventListeners } from 'node:events';
import t from 'tap';
import { Stop } from '../src/stop.js';

t.test('tells whoever listens last, once', async (t) => {
  const stop = new Stop();
  const told: string[] = [];
  stop.listen(() => told.push('first'));
  stop.listen(() => told.push('second'));
  t.notOk(stop.isStopped);
  stop.stop();
  stop.stop();
  t.ok(stop.isStopped);
  t.same(told, ['second']);
});

t.test('nobody listens', async (t) => {
  const stop = new Stop();
  stop.listen(() => t.fail('listens no more'));
  stop.listen(null);
  stop.stop();
  t.ok(stop.isStopped);
});

t.test('follows a signal, and lets go of it', async (t) => {
  const abort = new AbortController();
  const stop = new Stop(abort.signal);
  const released = new Stop(abort.signal);
  let told = 0;
  stop.listen(() => told++);
  released.release();
  t.equal(getEventListeners(abort.signal, 'abort').length, 1);
  abort.abort();
  t.equal(told, 1);
  t.ok(stop.isStopped);
  t.notOk(released.isStopped);
  stop.release();
  t.equal(getEventListeners(abort.signal, 'abort').length, 0, 'a signal that lives on holds nothing');
  t.ok(new Stop(abort.signal).isStopped, 'stopped before it began');
});
