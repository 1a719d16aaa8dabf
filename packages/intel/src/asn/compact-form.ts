import { createHash } from 'node:crypto';
import type { AsnColumns } from './asn-table.js';

// The columns of an AsnTable as one file, which is read in one go and used in place. All numbers are 32 bits in
// the machine's own byte order (the file never leaves the machine; the magic number tells a foreign one):
//
//   magic, version, IPv4 ranges, IPv6 ranges, owners, bytes of names, 0, 0 | SHA-256 of the source's identity
//   starts4 | ends4 | owners4 | starts6 | ends6 | owners6 | asns | nameEnds | names, filled up to 32 bits
//   SHA-256 of all before

const MAGIC = 0x4c41534e; // 'LASN'
const VERSION = 1;
const WORD = 4;
const DIGEST = 32;
const HEADER = 8 * WORD + DIGEST;

/** The columns as bytes. `source` names the data they were made from: another source makes the file outdated. */
export function encodeColumns(columns: AsnColumns, source: string): Buffer {
  const { starts4, ends4, owners4, starts6, ends6, owners6, asns, nameEnds, names } = columns;
  const head = Uint32Array.of(
    MAGIC,
    VERSION,
    starts4.length,
    owners6.length,
    asns.length,
    names.length,
    0,
    0,
  );
  const parts = [
    head,
    sha256([Buffer.from(source)]),
    starts4,
    ends4,
    owners4,
    starts6,
    ends6,
    owners6,
    asns,
    nameEnds,
  ];
  const bytes = [...parts.map(bytesOf), names, Buffer.alloc(-names.length & (WORD - 1))];
  return Buffer.concat([...bytes, sha256(bytes)]);
}

/**
 * The columns in `bytes`, in place, or null when they are not exactly what `encodeColumns` wrote for `source`
 * on a machine like this: another length, version, source or check sum.
 */
export function decodeColumns(bytes: Buffer, source: string): AsnColumns | null {
  if (bytes.length < HEADER + DIGEST || bytes.byteOffset % WORD !== 0) return null;
  const end = bytes.length - DIGEST;
  const [magic, version, rows4, rows6, owners, nameBytes] = new Uint32Array(
    bytes.buffer,
    bytes.byteOffset,
    6,
  );
  if (magic !== MAGIC || version !== VERSION) return null;
  if (rows4 === undefined || rows6 === undefined || owners === undefined || nameBytes === undefined)
    return null;
  const length = HEADER + WORD * (3 * rows4 + 9 * rows6 + 2 * owners) + nameBytes + (-nameBytes & (WORD - 1));
  if (length !== end) return null;
  if (!bytes.subarray(8 * WORD, HEADER).equals(sha256([Buffer.from(source)]))) return null;
  if (!bytes.subarray(end).equals(sha256([bytes.subarray(0, end)]))) return null;

  let at = bytes.byteOffset + HEADER;
  const take = (count: number) => {
    const column = new Uint32Array(bytes.buffer, at, count);
    at += count * WORD;
    return column;
  };
  return {
    starts4: take(rows4),
    ends4: take(rows4),
    owners4: take(rows4),
    starts6: take(4 * rows6),
    ends6: take(4 * rows6),
    owners6: take(rows6),
    asns: take(owners),
    nameEnds: take(owners),
    names: Buffer.from(bytes.buffer, at, nameBytes),
  };
}

function bytesOf(column: Uint32Array | Buffer): Buffer {
  return Buffer.from(column.buffer, column.byteOffset, column.byteLength);
}

function sha256(parts: readonly Buffer[]): Buffer {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
}
