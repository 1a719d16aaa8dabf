import fc from 'fast-check';
import t from 'tap';
import { checkCron, jitter, nextTime } from '../../src/monitors/schedule.js';
import type { MonitorSpec, Schedule } from '../../src/store/monitor-store.js';
import { seedOf } from '../seed.js';

const HOUR = 3_600_000;

function spec(schedule: Schedule, target = 'a.example'): MonitorSpec {
  return { request: { target }, schedule };
}

t.test('an interval keeps its times whenever it is asked', async (t) => {
  const seed = seedOf(t);
  const cases = fc.tuple(
    fc.integer({ min: 10, max: 86_400 }),
    fc.integer({ min: 0, max: 4e12 }),
    fc.domain(),
    fc.nat({ max: 1e7 }),
  );
  fc.assert(
    fc.property(cases, ([every, after, target, pause]) => {
      const monitor = spec({ every }, target);
      const first = nextTime(monitor, after)!;
      const second = nextTime(monitor, first)!;
      const later = nextTime(monitor, after + pause)!;
      return (
        first > after &&
        first <= after + every * 1000 &&
        second === first + every * 1000 &&
        later > after + pause &&
        (later - first) % (every * 1000) === 0
      );
    }),
    { seed },
  );
  t.pass('500 intervals');
});

t.test('monitors of one interval are spread over all of it', async (t) => {
  const phases = Array.from(
    { length: 1000 },
    (_, n) => nextTime(spec({ every: 3600 }, `${n}.example`), 0)! / HOUR,
  );
  for (const quarter of [0, 1, 2, 3]) {
    const share = phases.filter((phase) => Math.floor((phase % 1) * 4) === quarter).length / 1000;
    t.ok(share > 0.2 && share < 0.3, `${share} of them in quarter ${quarter}`);
  }
});

t.test('cron is UTC unless a zone is named', async (t) => {
  const at = (text: string) => Date.parse(text);
  const next = (schedule: Schedule, after: string) => nextTime(spec(schedule), at(after));
  t.equal(next({ cron: '*/15 * * * *' }, '2026-01-01T00:00:00Z'), at('2026-01-01T00:15:00Z'));
  t.equal(next({ cron: '30 6 * * MON' }, '2026-01-01T00:00:00Z'), at('2026-01-05T06:30:00Z'));
  const tokyo = { cron: '0 9 * * *', timezone: 'Asia/Tokyo' };
  t.equal(next(tokyo, '2026-01-01T00:00:00Z'), at('2026-01-02T00:00:00Z'));
});

t.test('what is no pattern is said', async (t) => {
  t.equal(checkCron('*/5 * * * *'), null);
  t.equal(checkCron('@hourly', 'Europe/Berlin'), null);
  t.match(checkCron('* * * * * *'), /^cron "\* \* \* \* \* \*" cannot be used: .*\.$/);
  t.match(checkCron('x * * * *'), /^cron "x .* cannot be used: .*[^.]\.$/);
  t.match(checkCron('0 0 30 2 *'), /names no time that will ever come\.$/);
  t.match(checkCron('* * * * *', 'Mars/Base'), /^timezone "Mars\/Base" is none/);
});

t.test('jitter is at most a tenth of the interval, and 30 s', async (t) => {
  t.equal(jitter({ every: 60 }, 0.5), 3000);
  t.equal(jitter({ every: 86_400 }, 1), 30_000);
  t.equal(jitter({ cron: '@daily' }, 0.5), 15_000);
  t.equal(jitter({ every: 60 }, 0), 0);
});
