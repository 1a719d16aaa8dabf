import type { Clock } from '@locator/probe';
import type { Retention, TraceStore } from './store/trace-store.js';
import type { Log } from './trace-keeper.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

interface Keeping {
  readonly store: Pick<TraceStore, 'prune'>;
  readonly clock: Clock;
  readonly retentionDays: number | null;
  readonly retentionTraces: number | null;
  readonly log: Pick<Log, 'error'>;
}

/**
 * Removes what is older than `retentionDays` and what is beyond the newest `retentionTraces`, now and once an
 * hour. Returns what stops it.
 */
export function keepTidy({ store, clock, retentionDays, retentionTraces, log }: Keeping): () => void {
  if (retentionDays === null && retentionTraces === null) return () => {};
  let cancel = () => {};
  const tidy = () => {
    cancel = clock.at(clock.now() + HOUR_MS, tidy);
    const retention: Retention = {
      ...(retentionDays !== null && { before: clock.wall() - retentionDays * DAY_MS }),
      ...(retentionTraces !== null && { keep: retentionTraces }),
    };
    store.prune(retention).catch((error: unknown) => {
      log.error({ err: error }, 'old traces could not be removed; the next try is in an hour');
    });
  };
  tidy();
  return () => cancel();
}
