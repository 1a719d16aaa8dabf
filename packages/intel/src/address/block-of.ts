import { formatIPv4, formatIPv6 } from './format-address.js';
import type { Address } from './parse-address.js';

/** The prefix of `length` bits that `address` is in, as text. `length` counts bits of the address' own family. */
export function blockOf({ family, words }: Address, length: number): string {
  const skipped = family === 4 ? 96 : 0;
  const first = Uint32Array.from(words, (word, index) => word & ~hostBits(skipped + length - index * 32));
  return `${family === 4 ? formatIPv4(first[3]!) : formatIPv6(first)}/${length}`;
}

/** The bits of a word behind its first `kept`; those of the whole word for none or less. */
export function hostBits(kept: number): number {
  // A shift by 32 would be one by 0.
  return kept >= 32 ? 0 : kept <= 0 ? 0xffffffff : 0xffffffff >>> kept;
}
