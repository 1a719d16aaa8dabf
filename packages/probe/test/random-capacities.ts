import type { Network, Router } from '../src/scripted/network.js';

export interface KnownCapacities {
  readonly network: Network;
  /** Mbit/s of the narrowest link so far, by hop. */
  readonly truth: readonly number[];
}

export interface Hardships {
  /** Routers answer six errors at once and then one a second, as Linux does. */
  readonly limited?: boolean;
  /** Some routers answer nothing. */
  readonly silent?: boolean;
  /** The way back is ten times slower than the way there. */
  readonly slowBack?: boolean;
  /** Mean time to make an ICMP error, exponentially distributed. Default 0.02 ms. */
  readonly icmpJitterMs?: number;
}

export const DESTINATION = ['203.0.113.9', '2001:db8:9::9'] as const;
const LINUX = { burst: 6, perSecond: 1 };

/** A path of 3 to 12 hops that gets narrower at one or two places, to 2 to 300 Mbit/s, with a little jitter. */
export function randomCapacities(random: () => number, hardships: Hardships = {}): KnownCapacities {
  const between = (low: number, high: number) => low * (high / low) ** random();
  const hops = 3 + Math.floor(random() * 10);
  const narrowings = new Set(Array.from({ length: 2 }, () => Math.floor(random() * hops)));
  const truth: number[] = [];
  let narrowest = 1000;
  const links = Array.from({ length: hops }, (_, index): Router => {
    let mbps = between(narrowest, 1000);
    if (narrowings.has(index) && narrowest > 4) {
      mbps = between(2, Math.min(300, 0.7 * narrowest));
      narrowest = mbps;
    }
    truth.push(narrowest);
    const { slowBack = false, icmpJitterMs = 0.02 } = hardships;
    return {
      address: [`10.0.${index + 1}.1`, `2001:db8:1::${index + 1}`],
      forwardMs: between(0.05, 5),
      jitterMs: 0.01 * random(),
      mbps,
      ...(slowBack && { mbpsBack: mbps / 10 }),
      icmpJitterMs,
      ...(hardships.limited === true && random() < 0.7 && { rateLimit: LINUX }),
      ...(hardships.silent === true && random() < 0.3 && { silent: true }),
    };
  });
  const { address, silent, ...destination } = links.pop()!;
  const paths = [{ to: DESTINATION, hops: links, destination }];
  return { network: { seed: Math.floor(random() * 2 ** 31), sendGapMs: 0.0024, paths }, truth };
}
