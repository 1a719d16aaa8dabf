import type { Description, Intel } from '@locator/intel';
import { analyse } from './analyse/analyse.js';
import type { Judgement } from './analyse/judgement.js';
import { ServerError } from './errors.js';
import type { Config } from './settings.js';
import type { StoredTrace, TraceStore } from './store/trace-store.js';

interface Tools {
  readonly store: Pick<TraceStore, 'baseline'>;
  readonly intel: Pick<Intel, 'enrich'>;
  readonly config: Pick<Config, 'riskWeights'>;
}

/** Judges a trace against the earlier ones of its kind. Throws STORE_UNAVAILABLE when those cannot be read. */
export async function judge({ store, intel, config }: Tools, trace: StoredTrace): Promise<Judgement> {
  const baseline = await store.baseline(trace).catch((cause: unknown) => {
    throw new ServerError('STORE_UNAVAILABLE', undefined, { cause });
  });
  return analyse(withTodaysThreats(trace, intel), baseline, config.riskWeights);
}

/** The answer names the lists in force now, so it is those that the addresses are held against. */
function withTodaysThreats(trace: StoredTrace, intel: Pick<Intel, 'enrich'>): StoredTrace {
  const today = (about: Description): Description => ({
    ...about,
    threats: intel.enrich(about.address).threats,
  });
  const hops = trace.hops.map((hop) => (hop.about === null ? hop : { ...hop, about: today(hop.about) }));
  return { ...trace, hops, about: trace.about ? today(trace.about) : intel.enrich(trace.address) };
}
