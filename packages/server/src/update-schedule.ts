import type { Intel, UpdateReport } from '@locator/intel';
import type { Clock } from '@locator/probe';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

export interface Schedule {
  /** Wall-clock milliseconds of the next update; null while one is under way, and when there will be none. */
  readonly nextAt: number | null;
  stop(): void;
}

interface Scheduling {
  readonly intel: Pick<Intel, 'update' | 'lastUpdate' | 'sources'>;
  readonly clock: Clock;
  readonly log: {
    info(details: object, message: string): void;
    warn(details: object, message: string): void;
  };
  /** Uniform in [0, 1): who starts at the same time shall not ask at the same time. */
  readonly random?: () => number;
}

/**
 * Updates lists and databases once a day, and one to five minutes after the start when that was missed or lists
 * are missing. After a failure it tries again in an hour, then in twice as long each time, up to a day. What
 * sources allow is not decided here: `intel.update` itself asks none more often, over restarts and processes.
 */
export async function keepUpdated({
  intel,
  clock,
  log,
  random = Math.random,
}: Scheduling): Promise<Schedule> {
  const stopping = new AbortController();
  let cancel = () => {};
  let nextAt: number | null = null;
  let failures = 0;

  const wait = (ms: number) => {
    if (stopping.signal.aborted) return;
    nextAt = clock.wall() + ms;
    cancel = clock.at(clock.now() + ms, run);
  };

  const run = async () => {
    nextAt = null;
    const failed = await intel
      .update({ signal: stopping.signal })
      .then(problemsOf, (error: Error) => [error.message]);
    if (stopping.signal.aborted) return;
    for (const problem of failed) log.warn({ problem }, 'the scheduled update was not complete');
    if (failed.length === 0) log.info({}, 'lists and databases were updated');
    failures = failed.length === 0 ? 0 : failures + 1;
    const pause = failures === 0 ? DAY_MS : Math.min(DAY_MS, HOUR_MS * 2 ** (failures - 1));
    // Always longer: an hour that is a little short would ask nothing.
    wait(pause * (1 + random() / 8));
  };

  const soon = MINUTE_MS * (1 + 4 * random());
  const last = await intel.lastUpdate().catch(() => null);
  const missing = intel.sources().some(({ kind, state }) => kind === 'threats' && state !== 'in-use');
  const due = last === null || missing ? 0 : last + DAY_MS * (1 + random() / 8) - clock.wall();
  // A time of last update that lies in the future was noted by a clock that was wrong.
  wait(Math.min(Math.max(soon, due), 2 * DAY_MS));

  return {
    get nextAt() {
      return nextAt;
    },
    stop() {
      stopping.abort();
      cancel();
      nextAt = null;
    },
  };
}

function problemsOf({ lists }: UpdateReport): string[] {
  return lists.flatMap(({ result, sentence }) =>
    result === 'failed' || result === 'refused' ? [sentence] : [],
  );
}
