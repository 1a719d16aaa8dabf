/** Bytes from hex digits; white space and what follows `//` on a line do not count. */
export function hex(strings: TemplateStringsArray): Uint8Array {
  const digits = strings.raw
    .join('')
    .replace(/\/\/.*$/gm, '')
    .replace(/\s/g, '');
  if (!/^(?:[0-9a-f]{2})*$/.test(digits)) throw new SyntaxError(`Not whole bytes in hex: ${digits}`);
  return Uint8Array.from(digits.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

export function join(...parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(parts.flatMap((part) => [...part]));
}

/** A copy with some bytes replaced, by offset. */
export function patch(bytes: Uint8Array, changes: Readonly<Record<number, Uint8Array>>): Uint8Array {
  const copy = bytes.slice();
  for (const [at, part] of Object.entries(changes)) copy.set(part, Number(at));
  return copy;
}
