/** An address as numbers: four 32-bit words, most significant first; IPv4 is in the last one. */
export interface Address {
  readonly family: 4 | 6;
  readonly words: Uint32Array;
}

const DOT = 46;
const COLON = 58;
const PERCENT = 37;
const ZERO = 48;

/** Longest text that can be an address: 45 characters and a zone, whose length the RFCs leave open. */
const LONGEST = 128;

/**
 * The address in `text`, or null. Takes what `net.isIP` takes: dotted IPv4 without leading zeros, every form
 * of RFC 4291 section 2.2, and a zone (`%eth0`, RFC 4007), which is left out.
 */
export function parseAddress(text: string): Address | null {
  const words = new Uint32Array(4);
  const v4 = parseIPv4(text);
  if (v4 >= 0) {
    words[3] = v4;
    return { family: 4, words };
  }
  return parseIPv6(text, words) ? { family: 6, words } : null;
}

/** The 32 bits of a dotted IPv4 address, or −1. Allocates nothing: this is on the path of every look-up. */
export function parseIPv4(text: string): number {
  return text.length < 7 || text.length > 15 ? -1 : dotted(text, 0, text.length);
}

function dotted(text: string, from: number, to: number): number {
  let bits = 0;
  let octet = -1;
  let octets = 0;
  for (let at = from; at < to; at++) {
    const digit = text.charCodeAt(at) - ZERO;
    if (digit >= 0 && digit <= 9) {
      // A leading zero would be octal to some and decimal to others: refused.
      if (octet === 0) return -1;
      octet = octet < 0 ? digit : octet * 10 + digit;
      if (octet > 255) return -1;
    } else if (digit === DOT - ZERO && octet >= 0 && octets < 3) {
      bits = bits * 256 + octet;
      octet = -1;
      octets += 1;
    } else {
      return -1;
    }
  }
  return octets === 3 && octet >= 0 ? bits * 256 + octet : -1;
}

/** Writes the 128 bits of an IPv6 address to `words`; false, with `words` in any state, when it is none. */
export function parseIPv6(text: string, words: Uint32Array): boolean {
  if (text.length < 2 || text.length > LONGEST) return false;
  const end = withoutZone(text);
  if (end < 2) return false;
  words.fill(0);

  let group = 0; // groups of 16 bits written so far
  let gap = -1; // group at which `::` stands
  let at = 0;
  if (text.charCodeAt(0) === COLON) {
    if (text.charCodeAt(1) !== COLON) return false;
    gap = 0;
    at = 2;
  }
  while (at < end) {
    const start = at;
    let value = 0;
    let digit = hexDigit(text.charCodeAt(at));
    while (digit >= 0 && at < end) {
      value = value * 16 + digit;
      at += 1;
      if (at - start > 4) return false;
      digit = at < end ? hexDigit(text.charCodeAt(at)) : -1;
    }
    if (at < end && text.charCodeAt(at) === DOT) {
      const v4 = end - start >= 7 && end - start <= 15 ? dotted(text, start, end) : -1;
      if (v4 < 0 || group > 6) return false;
      put(words, group, v4 >>> 16);
      put(words, group + 1, v4 & 0xffff);
      group += 2;
      at = end;
      break;
    }
    if (at === start || group > 7) return false;
    put(words, group, value);
    group += 1;
    if (at === end) break;
    if (text.charCodeAt(at) !== COLON) return false;
    at += 1;
    if (at < end && text.charCodeAt(at) === COLON) {
      if (gap >= 0) return false;
      gap = group;
      at += 1;
    } else if (at === end) {
      return false; // a single colon at the end
    }
  }
  if (gap < 0) return group === 8;
  if (group > 7) return false;
  moveRight(words, gap, group);
  return true;
}

function withoutZone(text: string): number {
  const percent = text.indexOf('%');
  if (percent < 0) return text.length;
  for (let at = percent + 1; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code <= 32 || code >= 127 || code === PERCENT) return -1;
  }
  return percent + 1 < text.length ? percent : -1;
}

function hexDigit(code: number): number {
  if (code >= ZERO && code <= 57) return code - ZERO;
  const lower = code | 32;
  return lower >= 97 && lower <= 102 ? lower - 87 : -1;
}

function put(words: Uint32Array, group: number, value: number): void {
  words[group >> 1]! |= (group & 1) === 0 ? value << 16 : value;
}

function take(words: Uint32Array, group: number): number {
  const word = words[group >> 1]!;
  const value = (group & 1) === 0 ? word >>> 16 : word & 0xffff;
  words[group >> 1] = (group & 1) === 0 ? word & 0xffff : word & 0xffff0000;
  return value;
}

/** Moves groups [gap, count) to the end: the room between is what `::` stands for. */
function moveRight(words: Uint32Array, gap: number, count: number): void {
  for (let group = count - 1, to = 7; group >= gap; group--, to--) {
    put(words, to, take(words, group));
  }
}
