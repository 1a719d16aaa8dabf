import { Netmask } from 'netmask';
import { formatIPv4 } from './format-address.js';
import { type Address, parseAddress } from './parse-address.js';

/** A block of addresses: the first one and how many of its bits all have in common. */
export interface Prefix extends Address {
  /** 0–32 or 0–128. */
  readonly length: number;
  /** Canonical, `192.0.2.0/24`. */
  readonly text: string;
}

/**
 * The prefix in `text`, or null: an address with `/length`, or a single address. Bits behind the length are
 * cleared.
 *
 * `netmask` does the arithmetic, but it also reads `010.0.0.1` as octal, `/8abc` as 8, `/-1`, and `10` as
 * 0.0.0.10: only text that is strictly a prefix reaches it.
 */
export function parsePrefix(text: string): Prefix | null {
  const slash = text.indexOf('/');
  const addressText = slash < 0 ? text : text.slice(0, slash);
  const lengthText = slash < 0 ? null : text.slice(slash + 1);
  if (addressText.includes('%') || (lengthText !== null && !/^(0|[1-9]\d{0,2})$/.test(lengthText)))
    return null;
  const address = parseAddress(addressText);
  if (address === null) return null;
  const bits = address.family === 4 ? 32 : 128;
  const length = lengthText === null ? bits : Number(lengthText);
  if (length > bits) return null;

  // netmask leaves a mask of 0 to its default of 32, hence the length as a number of its own.
  const block = length === 0 ? null : new Netmask(`${addressText}/${length}`);
  const base = block?.base ?? (address.family === 4 ? '0.0.0.0' : '::');
  const first = parseAddress(base);
  if (first === null) return null;
  return { family: first.family, words: first.words, length, text: `${base}/${length}` };
}

/** What a prefix inside ::ffff:0:0/96 (RFC 4291 section 2.5.5.2) means: the IPv4 prefix. Others stay. */
export function unmapped(prefix: Prefix): Prefix {
  const { family, words, length } = prefix;
  const mapped = family === 6 && length >= 96 && words[0] === 0 && words[1] === 0 && words[2] === 0xffff;
  if (!mapped) return prefix;
  const v4 = Uint32Array.of(0, 0, 0, words[3]!);
  return { family: 4, words: v4, length: length - 96, text: `${formatIPv4(words[3]!)}/${length - 96}` };
}
