import type { Intel, Position } from '@locator/intel';
import type { Clock, Hop } from '@locator/probe';
import { Channel } from './channel.js';
import { describeHop } from './describe-hop.js';
import type { DescribedHop } from './path-record.js';

/** A hop as it is known now. */
export interface Revision {
  readonly hop: DescribedHop;
  /**
   * Rises from one to the next of the same TTL: 0 is a router that has just answered, later ones have its settled
   * RTTs, its capacity, its name, in the order in which those become known.
   */
  readonly revision: number;
  /** True once per TTL, in TTL order: all that the trace measures is in it. What comes later adds to it. */
  readonly complete: boolean;
}

export interface Patience {
  readonly intel: Pick<Intel, 'enrich' | 'hostname'>;
  readonly clock: Clock;
  /** Longest time in milliseconds that a complete hop waits for its host name; null looks no names up. */
  readonly nameWaitMs: number | null;
  readonly config?: {
    /** Where this machine is, if somebody said so. */
    readonly position?: Position | null;
  };
}

/**
 * Joins to each hop what is known about its address, and shows it again whenever there is more. Look-ups start
 * when a router is first seen and run side by side, so that no hop is held up longer than `nameWaitMs` in all.
 * Fails as `hops` fails, after the hops before the failure.
 */
export function describeHops(
  hops: AsyncIterable<Hop> & { readonly sightings?: AsyncIterable<Hop> },
  { intel, clock, nameWaitMs, config }: Patience,
): AsyncIterable<Revision> {
  const out = new Channel<Revision>();
  const lookups = new Map<string, Promise<void>>();
  const names = new Map<string, string>();
  /** By TTL, what was shown last. */
  const shown = new Map<number, Revision>();
  /** TTLs whose complete hop is there, if not yet its turn. */
  const known = new Set<number>();
  const completed = new Set<number>();

  const show = (hop: Hop, complete: boolean) => {
    const { ttl, address } = hop;
    const about = address === null ? null : intel.enrich(address);
    const hostname = address === null ? null : (names.get(address) ?? null);
    const before = shown.get(ttl)?.revision ?? -1;
    const revision = {
      hop: describeHop(hop, about, hostname, config?.position ?? null),
      revision: Math.max(before + 1, complete ? 1 : 0),
      complete,
    };
    shown.set(ttl, revision);
    out.push(revision);
  };

  const lookUp = (address: string): Promise<void> => {
    const running = lookups.get(address);
    if (running !== undefined) return running;
    // A name server's failure is no name, never a failed hop.
    const lookup = intel.hostname(address).then(
      (name) => {
        if (name === null) return;
        names.set(address, name);
        for (const {
          hop: { hop },
        } of [...shown.values()]) {
          const waiting = known.has(hop.ttl) && !completed.has(hop.ttl);
          if (hop.address === address && !waiting) show(hop, false);
        }
      },
      () => {},
    );
    lookups.set(address, lookup);
    return lookup;
  };

  /** Until the name is there, or for as long as a hop waits for one. */
  const nameInTime = ({ address }: Hop): Promise<void> => {
    if (address === null || nameWaitMs === null) return Promise.resolve();
    const name = lookUp(address);
    const giveUp = new Promise<void>((resolve) => {
      const cancel = clock.at(clock.now() + nameWaitMs, resolve);
      name.then(cancel);
    });
    return Promise.race([name, giveUp]);
  };

  const sight = async () => {
    for await (const hop of hops.sightings ?? []) {
      if (known.has(hop.ttl)) continue;
      if (hop.address !== null && nameWaitMs !== null) lookUp(hop.address);
      show(hop, false);
    }
  };

  const follow = async () => {
    let turn = Promise.resolve();
    try {
      for await (const hop of hops) {
        known.add(hop.ttl);
        const named = nameInTime(hop);
        turn = turn.then(async () => {
          await named;
          completed.add(hop.ttl);
          show(hop, true);
        });
      }
    } finally {
      await turn;
    }
  };

  sight();
  follow().then(
    () => out.end(),
    (error) => out.fail(error),
  );
  return out;
}
