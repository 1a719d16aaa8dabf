import { createHash } from 'node:crypto';
import type { DescribedHop } from '../path-record.js';

/**
 * 16 hexadecimal digits that are equal for paths whose hops answered from the same addresses: the order in
 * which several answered at one TTL does not count, nor do silent hops at the end, whose number depends on
 * when the tracer gave up.
 */
export function pathId(hops: readonly DescribedHop[]): string {
  const answering = hops.slice(0, hops.findLastIndex(({ hop }) => hop.addresses.length > 0) + 1);
  const text = answering.map(({ hop }) => `${hop.ttl} ${[...hop.addresses].sort().join(' ')}\n`).join('');
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}
