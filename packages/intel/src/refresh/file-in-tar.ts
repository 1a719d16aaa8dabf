const BLOCK = 512;

/**
 * The content of the first regular file in `tar` whose last path part is `name`, or null. Reads POSIX ustar (IEEE
 * Std 1003.1, pax): blocks of 512 bytes, a header with the path at 0, the size in octal at 124 and the type at
 * 156, then the content filled up to a block. Total: an archive that ends early has no such file.
 */
export function fileInTar(tar: Buffer, name: string): Buffer | null {
  for (let at = 0; at + BLOCK <= tar.length; ) {
    const header = tar.subarray(at, at + BLOCK);
    const size = octal(header, 124, 12);
    if (header[0] === 0 || size === null) return null;
    const type = header[156]!;
    const content = at + BLOCK;
    if ((type === 0 || type === REGULAR) && textAt(header, 0, 100).split('/').at(-1) === name) {
      return content + size <= tar.length ? tar.subarray(content, content + size) : null;
    }
    at = content + Math.ceil(size / BLOCK) * BLOCK;
  }
  return null;
}

const REGULAR = '0'.charCodeAt(0);

function textAt(header: Buffer, at: number, length: number): string {
  const field = header.subarray(at, at + length);
  const end = field.indexOf(0);
  return field.toString('latin1', 0, end < 0 ? length : end);
}

function octal(header: Buffer, at: number, length: number): number | null {
  const text = textAt(header, at, length).trim();
  return /^[0-7]{1,11}$/.test(text) ? Number.parseInt(text, 8) : null;
}
