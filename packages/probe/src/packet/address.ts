import { setUint16, uint16 } from './uint16.js';

const decimal = Array.from({ length: 256 }, (_, byte) => String(byte));
const hex = Array.from({ length: 256 }, (_, byte) => byte.toString(16));
const paddedHex = hex.map((digits) => digits.padStart(2, '0'));

/** IPv4 addresses written lately: routers answer again and again, and their names are kept with each sample. */
const RECENT_BITS = 12;
const recentKeys = new Uint32Array(1 << RECENT_BITS);
const recentTexts: (string | undefined)[] = Array(1 << RECENT_BITS).fill(undefined);

const DOT = 0x2e;
const ZERO = 0x30;

/** The longest text form: eight groups of which the last two are written as an IPv4 address. */
const LONGEST = 'ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255'.length;

/**
 * Reads an address: four decimal numbers without leading zeros (4 bytes), or any form of RFC 4291
 * section 2.2 (16 bytes). Everything else is null: brackets, zone ids, prefixes, octal, short IPv4 forms.
 */
export function parseAddress(text: string): Uint8Array | null {
  if (text.length > LONGEST) return null;
  return text.includes(':') ? parseV6(text) : parseV4(text);
}

function parseV4(text: string): Uint8Array | null {
  const bytes = new Uint8Array(4);
  let index = 0;
  let digits = 0;
  for (let at = 0; at <= text.length; at++) {
    // The end is a dot too.
    const code = at < text.length ? text.charCodeAt(at) : DOT;
    if (code === DOT) {
      if (digits === 0) return null;
      index += 1;
      digits = 0;
      continue;
    }
    const digit = code - ZERO;
    const leads = digits === 1 && bytes[index] === 0;
    if (index > 3 || digit < 0 || digit > 9 || leads || 10 * bytes[index]! + digit > 255) return null;
    bytes[index] = 10 * bytes[index]! + digit;
    digits += 1;
  }
  return index === 4 ? bytes : null;
}

function parseV6(text: string): Uint8Array | null {
  const halves = text.split('::');
  if (halves.length > 2) return null;
  const compressed = halves.length === 2;
  const head = parseGroups(halves[0]!, !compressed);
  const tail = compressed ? parseGroups(halves[1]!, true) : [];
  if (head === null || tail === null) return null;
  const given = head.length + tail.length;
  // '::' stands for one group or more.
  if (compressed ? given > 7 : given !== 8) return null;

  const bytes = new Uint8Array(16);
  for (const [index, group] of head.entries()) setUint16(bytes, 2 * index, group);
  for (const [index, group] of tail.entries()) setUint16(bytes, 16 - 2 * (tail.length - index), group);
  return bytes;
}

/** The groups on one side of '::'; the last two of an address may be written as an IPv4 address. */
function parseGroups(text: string, endsAddress: boolean): number[] | null {
  if (text === '') return [];
  const parts = text.split(':');
  const groups: number[] = [];
  for (const [index, part] of parts.entries()) {
    if (/^[0-9a-f]{1,4}$/i.test(part)) {
      groups.push(Number.parseInt(part, 16));
      continue;
    }
    const embedded = endsAddress && index === parts.length - 1 ? parseV4(part) : null;
    if (embedded === null) return null;
    groups.push(uint16(embedded, 0), uint16(embedded, 2));
  }
  return groups;
}

/**
 * The one text form of an address: dotted decimal, or RFC 5952. Of the addresses that carry an IPv4
 * address only the mapped ones (`::ffff:192.0.2.1`) are written mixed. Anything but 4 or 16 bytes is a
 * RangeError.
 */
export function formatAddress(bytes: Uint8Array): string {
  return addressFamily(bytes) === 4 ? formatV4(bytes, 0) : formatV6(bytes);
}

function formatV4(bytes: Uint8Array, at: number): string {
  const key = uint16(bytes, at) * 0x10000 + uint16(bytes, at + 2);
  // Fibonacci hashing: neighbours land far apart.
  const slot = Math.imul(key, 0x9e3779b1) >>> (32 - RECENT_BITS);
  const known = recentTexts[slot];
  if (known !== undefined && recentKeys[slot] === key) return known;
  const text = `${decimal[bytes[at]!]}.${decimal[bytes[at + 1]!]}.${decimal[bytes[at + 2]!]}.${decimal[bytes[at + 3]!]}`;
  recentKeys[slot] = key;
  recentTexts[slot] = text;
  return text;
}

function formatV6(bytes: Uint8Array): string {
  // RFC 5952 section 4.2: the first of the longest runs of two or more zero groups becomes '::'.
  let runStart = -1;
  let runLength = 1;
  for (let group = 0, length = 0; group < 8; group++) {
    length = uint16(bytes, 2 * group) === 0 ? length + 1 : 0;
    if (length > runLength) {
      runLength = length;
      runStart = group - length + 1;
    }
  }
  // ::ffff:0:0/96. Its zero run is the longest unless the IPv4 part is 0.0.0.0, which is shorter too.
  if (runStart === 0 && runLength === 5 && uint16(bytes, 10) === 0xffff) {
    return `::ffff:${formatV4(bytes, 12)}`;
  }
  let text = '';
  for (let group = 0; group < 8; group++) {
    if (group === runStart) {
      text += '::';
      group += runLength - 1;
      continue;
    }
    if (group > 0 && group !== runStart + runLength) text += ':';
    const high = bytes[2 * group]!;
    const low = bytes[2 * group + 1]!;
    text += high === 0 ? hex[low]! : hex[high]! + paddedHex[low]!;
  }
  return text;
}

/** By length: 4 bytes or 16. Anything else is a RangeError. */
export function addressFamily(bytes: Uint8Array): 4 | 6 {
  if (bytes.length === 4) return 4;
  if (bytes.length === 16) return 6;
  throw new RangeError(`An address has 4 or 16 bytes, not ${bytes.length}`);
}

/** Whether both are the same bytes. An IPv4 address is not its mapped IPv6 form. */
export function sameAddress(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let index = 0; index < a.length; index++) if (a[index] !== b[index]) return false;
  return true;
}
