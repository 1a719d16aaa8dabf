/** Dotted form of 32 bits. */
export function formatIPv4(bits: number): string {
  return `${bits >>> 24}.${(bits >>> 16) & 255}.${(bits >>> 8) & 255}.${bits & 255}`;
}

/** The one canonical text of an IPv6 address, RFC 5952; `words` are its 128 bits, most significant first. */
export function formatIPv6(words: Uint32Array): string {
  const groups: number[] = [];
  for (const word of words) groups.push(word >>> 16, word & 0xffff);

  // RFC 5952 section 4.2: the first of the longest runs of zeros, and never a single zero.
  let gap = -1;
  let longest = 1;
  for (let start = 0; start < 8; start++) {
    let length = 0;
    while (start + length < 8 && groups[start + length] === 0) length += 1;
    if (length > longest) {
      gap = start;
      longest = length;
    }
    start += length;
  }
  const hex = (from: number, to: number) =>
    groups
      .slice(from, to)
      .map((group) => group.toString(16))
      .join(':');
  return gap < 0 ? hex(0, 8) : `${hex(0, gap)}::${hex(gap + longest, 8)}`;
}
