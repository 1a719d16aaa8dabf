import type { Clock } from '@locator/probe';
import type { TraceStore } from './store/trace-store.js';
import type { Log } from './trace-keeper.js';

const DAY_MS = 86_400_000;

interface Keeping {
  readonly store: Pick<TraceStore, 'prune'>;
  readonly clock: Clock;
  readonly retentionDays: number | null;
  readonly log: Pick<Log, 'error'>;
}

/** Removes what is older than `retentionDays`, now and once a day. Returns what stops it. */
export function keepTidy({ store, clock, retentionDays, log }: Keeping): () => void {
  if (retentionDays === null) return () => {};
  let cancel = () => {};
  const tidy = () => {
    cancel = clock.at(clock.now() + DAY_MS, tidy);
    store.prune(clock.wall() - retentionDays * DAY_MS).catch((error: unknown) => {
      log.error({ err: error }, 'old traces could not be removed; the next try is tomorrow');
    });
  };
  tidy();
  return () => cancel();
}
