import { openVolleys } from './volleys.js';

const PAIRS = 20;
const BYTES = 1500;

/**
 * The textbook method, for comparison: for each hop 20 pairs of full-size packets, and of those the pair that was
 * quickest there and back in all (minimum delay sum). Mbit/s by hop; null where no pair
 * was answered whole.
 */
export async function estimateWithPairs(target: string, hops: number): Promise<readonly (number | null)[]> {
  const volleys = await openVolleys(target);
  const estimates: (number | null)[] = [];
  try {
    for (let ttl = 1; ttl <= hops; ttl++) {
      let quickest = Number.POSITIVE_INFINITY;
      let dispersionNs: number | null = null;
      for (let pair = 0; pair < PAIRS; pair++) {
        const [first, second] = await volleys.fire(
          [
            { ttl, bytes: BYTES },
            { ttl, bytes: BYTES },
          ],
          300,
        );
        if (!first?.sentAt || !first.receivedAt || !second?.sentAt || !second.receivedAt) continue;
        const delaySum = Number(first.receivedAt - first.sentAt + (second.receivedAt - second.sentAt));
        if (delaySum >= quickest) continue;
        quickest = delaySum;
        dispersionNs = Number(second.receivedAt - first.receivedAt);
      }
      estimates.push(dispersionNs === null || dispersionNs <= 0 ? null : (8 * BYTES * 1000) / dispersionNs);
    }
  } finally {
    await volleys.close();
  }
  return estimates;
}
