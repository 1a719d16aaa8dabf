import { formatIPv4, formatIPv6 } from '../src/address/format-address.js';
import { type Prefix, parsePrefix } from '../src/address/prefix.js';

/** `count` random prefixes, many of them nested in or next to an earlier one. */
export function randomPrefixes(random: () => number, family: 4 | 6, count: number): Prefix[] {
  const prefixes: Prefix[] = [];
  const bits = family === 4 ? 32 : 128;
  while (prefixes.length < count) {
    const parent = random() < 0.5 ? prefixes[Math.floor(random() * prefixes.length)] : undefined;
    const low = parent === undefined ? bits / 4 : parent.length;
    const length = low + Math.floor(random() * (bits - low + 1));
    const start =
      parent === undefined || random() < 0.1 ? randomAddress(random, family) : within(random, parent);
    prefixes.push(parsePrefix(`${start}/${length}`)!);
  }
  return prefixes;
}

export function randomAddress(random: () => number, family: 4 | 6): string {
  const word = () => Math.floor(random() * 2 ** 32);
  return family === 4 ? formatIPv4(word()) : formatIPv6(Uint32Array.of(word(), word(), word(), word()));
}

/** An address in `prefix`, often its first or last, or the neighbour of one of these. */
export function within(random: () => number, prefix: Prefix): string {
  const bits = prefix.family === 4 ? 32n : 128n;
  const first = prefix.words.reduce((sum, word) => (sum << 32n) | BigInt(word), 0n);
  const size = 1n << (bits - BigInt(prefix.length));
  const dice = random();
  let at = first;
  if (dice < 0.2) at = first + size - 1n;
  else if (dice < 0.3) at = first + size;
  else if (dice < 0.4) at = first - 1n;
  else if (dice < 0.8) at = first + (BigInt(Math.floor(random() * 2 ** 52)) * size) / (1n << 52n);
  return textOf(at & ((1n << bits) - 1n), prefix.family);
}

export function textOf(bits: bigint, family: 4 | 6): string {
  if (family === 4) return formatIPv4(Number(bits));
  return formatIPv6(Uint32Array.from([96n, 64n, 32n, 0n], (shift) => Number((bits >> shift) & 0xffffffffn)));
}
