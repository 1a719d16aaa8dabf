import type { PathRecord } from '../../src/path-record.js';
import type { Alarm } from './score.js';

/** What the old tool called high, milliseconds. */
const HIGH_MS = 200;

/** The old tool's judgement, for comparison: any address not met before, any latency above 200 ms. */
export class OldRule {
  readonly #known = new Set<string>();

  judge({ hops }: PathRecord): Alarm[] {
    const alarms: Alarm[] = [];
    const isFirst = this.#known.size === 0;
    for (const { hop } of hops) {
      for (const address of hop.addresses) {
        if (!isFirst && !this.#known.has(address)) alarms.push({ type: 'PathDeviation', hop: hop.ttl });
      }
      if ((hop.rtt?.median ?? 0) > HIGH_MS) alarms.push({ type: 'HighLatency', hop: hop.ttl });
    }
    for (const { hop } of hops) for (const address of hop.addresses) this.#known.add(address);
    // One alarm a trace of each type, the first: how many hops are new or slow is no matter.
    return alarms.filter(({ type }, index) => alarms.findIndex((one) => one.type === type) === index);
  }
}
