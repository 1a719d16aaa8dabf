import t from 'tap';
import { keepTidy } from '../src/retention.js';
import { HandClock } from './hand-clock.js';

const DAY = 86_400_000;

t.test('prunes at once and once a day until stopped', async (t) => {
  const clock = new HandClock(100 * DAY);
  const pruned: number[] = [];
  const failures: string[] = [];
  const store = {
    prune: async (before: number) => {
      pruned.push(before / DAY);
      if (pruned.length === 2) throw new Error('disk is full');
      return 0;
    },
  };
  const log = { error: (_: object, message: string) => failures.push(message) };
  const stop = keepTidy({ store, clock, retentionDays: 30, log });
  t.strictSame(pruned, [70]);
  clock.advance(DAY - 1);
  t.strictSame(pruned, [70]);
  clock.advance(2 * DAY);
  t.strictSame(pruned, [70, 71, 72], 'a failure does not end it');
  await Promise.resolve();
  t.equal(failures.length, 1);
  stop();
  clock.advance(5 * DAY);
  t.equal(pruned.length, 3);
});

t.test('keeps everything unless told otherwise', async (t) => {
  const clock = new HandClock();
  const store = { prune: async () => t.fail('pruned') as never };
  keepTidy({ store, clock, retentionDays: null, log: { error() {} } });
  clock.advance(10 * DAY);
  t.equal(clock.alarms, 0);
});
