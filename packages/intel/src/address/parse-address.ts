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

/** Hexadecimal digits by their character code, −1 for any other ASCII character. */
const HEX = Int8Array.from({ length: 128 }, (_, code) => {
  const digit = Number.parseInt(String.fromCharCode(code), 16);
  return Number.isNaN(digit) ? -1 : digit;
});

/** The groups of 16 bits of the address that is being read. */
const groups = new Uint16Array(8);

/** Writes the 128 bits of an IPv6 address to `words`; false, with `words` in any state, when it is none. */
export function parseIPv6(text: string, words: Uint32Array): boolean {
  if (text.length < 2 || text.length > LONGEST) return false;
  let group = 0; // groups written so far
  let gap = -1; // group at which `::` stands
  let value = 0; // of the group being read
  let digits = 0;
  let at = 0;
  for (; at < text.length; at++) {
    const code = text.charCodeAt(at);
    const digit = code < 128 ? HEX[code]! : -1;
    if (digit >= 0) {
      value = value * 16 + digit;
      digits += 1;
      if (digits > 4) return false;
    } else if (code === COLON) {
      if (digits === 0 && at > 0) return false;
      if (digits > 0) {
        if (group === 8) return false;
        groups[group++] = value;
        value = 0;
        digits = 0;
      } else if (text.charCodeAt(1) !== COLON) return false;
      if (text.charCodeAt(at + 1) === COLON) {
        if (gap >= 0) return false;
        gap = group;
        at += 1;
      }
    } else break;
  }
  const zone = text.indexOf('%', at);
  const end = zone < 0 ? text.length : zone;
  if (zone >= 0 && !isZone(text, zone + 1)) return false;
  if (at < end) {
    // What is neither digit nor colon can only belong to a dotted tail (RFC 4291 section 2.2, form 3).
    const v4 = text.charCodeAt(at) === DOT ? dotted(text, at - digits, end) : -1;
    if (v4 < 0 || group > 6) return false;
    groups[group++] = v4 >>> 16;
    groups[group++] = v4 & 0xffff;
  } else if (digits > 0) {
    if (group === 8) return false;
    groups[group++] = value;
  } else if (gap !== group) {
    return false; // a single colon at the end
  }
  if (gap < 0 ? group !== 8 : group === 8) return false;
  if (gap >= 0) {
    // What follows `::` belongs to the end, and zeros between.
    for (let to = 7, from = group - 1; to >= gap; to--, from--) {
      groups[to] = from >= gap ? groups[from]! : 0;
    }
  }
  for (let word = 0; word < 4; word++) words[word] = (groups[word * 2]! << 16) | groups[word * 2 + 1]!;
  return true;
}

/** RFC 4007 leaves the form of a zone open: something visible in ASCII. */
function isZone(text: string, from: number): boolean {
  for (let at = from; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code <= 32 || code >= 127 || code === PERCENT) return false;
  }
  return from < text.length;
}
