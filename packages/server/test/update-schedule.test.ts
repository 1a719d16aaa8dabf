import type { Intel, Source, UpdateReport } from '@locator/intel';
import t from 'tap';
import { keepUpdated } from '../src/update-schedule.js';
import { fakeIntel } from './fake-intel.js';
import { HandClock } from './hand-clock.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const inUse: Source = {
  name: 'Spamhaus DROP',
  kind: 'threats',
  updatedAt: null,
  entries: 1700,
  attribution: '',
  url: null,
  state: 'in-use',
  problem: null,
};

const reportOf = (result: UpdateReport['lists'][number]['result']) =>
  ({ lists: [{ result, sentence: 'Spamhaus DROP was not updated.' }] }) as unknown as UpdateReport;

/** A schedule over time that the test makes go by; `outcomes` are what its updates come to, one after another. */
async function schedule(
  outcomes: readonly (UpdateReport | Error)[],
  { lastUpdate = null as number | null, sources = [inUse] as Source[], random = 0 } = {},
) {
  const clock = new HandClock();
  const updates: number[] = [];
  const warnings: string[] = [];
  const update: Intel['update'] = async () => {
    const outcome = outcomes[updates.length];
    updates.push(clock.wall());
    if (outcome instanceof Error) throw outcome;
    return outcome ?? reportOf('updated');
  };
  const intel = { ...fakeIntel({ update, sources }), lastUpdate: async () => lastUpdate };
  const log = {
    info: () => {},
    warn: (details: object, message: string) => warnings.push(`${message}: ${JSON.stringify(details)}`),
  };
  const started = clock.wall();
  const kept = await keepUpdated({ intel, clock, log, random: () => random });
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  return {
    clock,
    kept,
    warnings,
    /** Hours after the start at which updates ran. */
    hours: () => updates.map((at) => (at - started) / HOUR),
    async goOn(ms: number, step = 10 * MINUTE) {
      for (let gone = 0; gone < ms; gone += step) {
        clock.advance(step);
        await settle();
      }
    },
  };
}

t.test('soon after a first start, then once a day', async (t) => {
  const { kept, hours, goOn, clock } = await schedule([]);
  t.equal(kept.nextAt, clock.wall() + MINUTE);
  await goOn(3 * DAY, MINUTE);
  t.strictSame(
    hours().map((hour) => Math.round(hour)),
    [0, 24, 48],
  );
  kept.stop();
  t.equal(kept.nextAt, null);
  await goOn(2 * DAY, HOUR);
  t.equal(hours().length, 3);
  t.equal(clock.alarms, 0);
});

t.test('a restart does not bring the next update forward', async (t) => {
  const now = new HandClock().wall();
  const { hours, goOn } = await schedule([], { lastUpdate: now - 20 * HOUR });
  await goOn(DAY);
  t.strictSame(hours(), [4]);
  const late = await schedule([], { lastUpdate: now - 40 * HOUR, random: 0.75 });
  t.equal(late.kept.nextAt, late.clock.wall() + 4 * MINUTE, 'what was missed comes soon, with jitter');
  const missing = await schedule([], {
    lastUpdate: now - HOUR,
    sources: [{ ...inUse, state: 'not-fetched' }],
  });
  t.equal(missing.kept.nextAt, missing.clock.wall() + MINUTE);
  const wrong = await schedule([], { lastUpdate: now + 1000 * DAY });
  t.equal(wrong.kept.nextAt, wrong.clock.wall() + 2 * DAY);
});

t.test('after a failure again in an hour, then ever later, and said each time', async (t) => {
  const failed = reportOf('failed');
  const outcomes = [failed, new Error('The data folder cannot be written'), failed, reportOf('updated')];
  const { hours, goOn, warnings } = await schedule(outcomes);
  await goOn(40 * HOUR);
  t.strictSame(
    hours().map((hour) => Math.round(hour)),
    [0, 1, 3, 7, 31],
  );
  t.equal(warnings.length, 3);
  t.match(warnings[0], /the scheduled update was not complete: .*Spamhaus DROP was not updated\./);
  t.match(warnings[1], /The data folder cannot be written/);
});
