import t from 'tap';
import { keepTidy } from '../src/retention.js';
import type { Retention } from '../src/store/trace-store.js';
import { HandClock } from './hand-clock.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

t.test('prunes at once and once an hour until stopped', async (t) => {
  const clock = new HandClock(100 * DAY);
  const pruned: Retention[] = [];
  const failures: string[] = [];
  const store = {
    prune: async (retention: Retention) => {
      pruned.push(retention);
      if (pruned.length === 2) throw new Error('disk is full');
      return 0;
    },
  };
  const log = { error: (_: object, message: string) => failures.push(message) };
  const stop = keepTidy({ store, clock, retentionDays: 30, retentionTraces: 1000, log });
  t.strictSame(pruned, [{ before: 70 * DAY, keep: 1000 }]);
  clock.advance(HOUR - 1);
  t.equal(pruned.length, 1);
  clock.advance(2 * HOUR);
  t.strictSame(
    pruned.slice(1),
    [1, 2].map((hours) => ({ before: 70 * DAY + hours * HOUR, keep: 1000 })),
    'a failure does not end it',
  );
  await Promise.resolve();
  t.equal(failures.length, 1);
  stop();
  clock.advance(5 * DAY);
  t.equal(pruned.length, 3);
});

t.test('keeps everything unless told otherwise, and by age or number alone', async (t) => {
  const clock = new HandClock(100 * DAY);
  const pruned: Retention[] = [];
  const store = { prune: async (retention: Retention) => pruned.push(retention) };
  const rest = { store, clock, log: { error() {} } };
  keepTidy({ ...rest, retentionDays: null, retentionTraces: null });
  t.equal(clock.alarms, 0);
  keepTidy({ ...rest, retentionDays: 1, retentionTraces: null });
  keepTidy({ ...rest, retentionDays: null, retentionTraces: 5 });
  t.strictSame(pruned, [{ before: 99 * DAY }, { keep: 5 }]);
});
