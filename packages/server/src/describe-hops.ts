import type { Intel } from '@locator/intel';
import type { Clock, Hop } from '@locator/probe';
import { Channel } from './channel.js';
import type { DescribedHop } from './path-record.js';

/**
 * A hop as it is known now. Revision 0 is a router that has answered, before all is known of it; revision 1 comes
 * once per TTL, in TTL order, when the hop is final; higher ones add to it, at any time.
 */
export interface Revision {
  readonly hop: DescribedHop;
  readonly revision: number;
}

export interface Patience {
  readonly intel: Pick<Intel, 'enrich' | 'hostname'>;
  readonly clock: Clock;
  /** Longest time in milliseconds that a hop waits for its host name; null looks no names up. */
  readonly nameWaitMs: number | null;
}

/**
 * Joins to each hop what is known about its address. Look-ups start as hops arrive and run side by side, so
 * that no hop is held up longer than `nameWaitMs` in all; a name that comes later, but before the last hop
 * is out, makes a second revision. Fails as `hops` fails, after the hops before the failure.
 */
export function describeHops(
  hops: AsyncIterable<Hop> & { readonly sightings?: AsyncIterable<Hop> },
  patience: Patience,
): AsyncIterable<Revision> {
  const out = new Channel<Revision>();
  const pump = async () => {
    let turn = Promise.resolve();
    try {
      for await (const hop of hops) {
        const described = describe(hop, patience, (named) => {
          turn.then(() => out.push({ hop: named, revision: 2 }));
        });
        turn = turn.then(async () => out.push({ hop: await described, revision: 1 }));
      }
    } finally {
      await turn;
    }
  };
  // What is sighted early is shown early, and its name has a head start.
  const sight = async () => {
    for await (const hop of hops.sightings ?? []) {
      if (patience.nameWaitMs !== null) patience.intel.hostname(hop.address!).catch(() => null);
      out.push({ hop: { hop, about: patience.intel.enrich(hop.address!), hostname: null }, revision: 0 });
    }
  };
  sight();
  pump().then(
    () => out.end(),
    (error) => out.fail(error),
  );
  return out;
}

/** The hop with its name if that comes in time; otherwise without, and `later` is told when it comes. */
async function describe(
  hop: Hop,
  { intel, clock, nameWaitMs }: Patience,
  later: (hop: DescribedHop) => void,
): Promise<DescribedHop> {
  if (hop.address === null) return { hop, about: null, hostname: null };
  const about = intel.enrich(hop.address);
  if (nameWaitMs === null) return { hop, about, hostname: null };

  // A name server's failure is no name, never a failed hop.
  const name = intel.hostname(hop.address).catch(() => null);
  let late = false;
  const giveUp = new Promise<null>((resolve) => {
    const cancel = clock.at(clock.now() + nameWaitMs, () => {
      late = true;
      resolve(null);
    });
    name.then(cancel);
  });
  name.then((hostname) => {
    if (late && hostname !== null) later({ hop, about, hostname });
  });
  return { hop, about, hostname: await Promise.race([name, giveUp]) };
}
