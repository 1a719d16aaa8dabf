import { IntelError } from '../errors.js';

export interface Tree {
  readonly bytes: Buffer;
  readonly nodeCount: number;
  /** 24, 28 or 32 bits. */
  readonly recordSize: number;
  /** 32 or 128: no path may be longer. */
  readonly bits: number;
  /** Bytes of the data section. */
  readonly dataSize: number;
}

/** Nodes looked at between two yields: some 10 ms. */
const SLICE = 1 << 18;

/**
 * Walks the whole search tree. Throws DATABASE_BROKEN for a record that points nowhere, a cycle, or a path
 * longer than an address; returns a bit for each byte of the data section where a record is said to start.
 * Every node is visited once, though branches may be shared (2002::/16 is often the IPv4 tree once more).
 * A generator, so that a large file does not hold up everything else: each yield is a place to pause.
 */
export function* verifyTree({
  bytes,
  nodeCount,
  recordSize,
  bits,
  dataSize,
}: Tree): Generator<void, Uint8Array> {
  const records = new Uint8Array((dataSize + 7) >> 3);
  const left = leftRecord(bytes, recordSize);
  const right = rightRecord(bytes, recordSize);

  // Longest path below each node, in nodes, itself included; 0 while that is not known yet. A cycle never gets
  // to know it and grows the path until it is too long.
  const heights = new Uint8Array(nodeCount);
  const path = new Uint32Array(bits);
  const turns = new Uint8Array(bits);
  const below = new Uint8Array(bits);
  let depth = 0;
  for (let step = 1; ; step++) {
    if (step % SLICE === 0) yield;
    const node = path[depth]!;
    const turn = turns[depth]!;
    if (turn === 2) {
      const height = below[depth]! + 1;
      heights[node] = height;
      if (depth === 0) return records;
      depth -= 1;
      if (height > below[depth]!) below[depth] = height;
      continue;
    }
    turns[depth] = turn + 1;
    const record = turn === 0 ? left(node) : right(node);
    if (record === nodeCount) continue;
    if (record > nodeCount) {
      // The data section starts 16 zero bytes after the tree, and records count from the tree's end.
      const offset = record - nodeCount - 16;
      if (offset < 0 || offset >= dataSize) throw broken('a record outside the data section');
      records[offset >> 3]! |= 1 << (offset & 7);
      continue;
    }
    const height = heights[record]!;
    if (depth + 1 + Math.max(height, 1) > bits) throw broken('a cycle, or a path longer than an address');
    if (height > 0) {
      if (height > below[depth]!) below[depth] = height;
    } else {
      depth += 1;
      path[depth] = record;
      turns[depth] = 0;
      below[depth] = 0;
    }
  }
}

// A node is two records. At 28 bits the byte between them holds the high 4 bits of both.

function leftRecord(bytes: Buffer, recordSize: number): (node: number) => number {
  if (recordSize === 24) return (node) => bytes.readUIntBE(node * 6, 3);
  if (recordSize === 32) return (node) => bytes.readUInt32BE(node * 8);
  return (node) => {
    const at = node * 7;
    return ((bytes[at + 3]! & 0xf0) << 20) | (bytes[at]! << 16) | (bytes[at + 1]! << 8) | bytes[at + 2]!;
  };
}

function rightRecord(bytes: Buffer, recordSize: number): (node: number) => number {
  if (recordSize === 24) return (node) => bytes.readUIntBE(node * 6 + 3, 3);
  if (recordSize === 32) return (node) => bytes.readUInt32BE(node * 8 + 4);
  return (node) => {
    const at = node * 7 + 4;
    return ((bytes[at - 1]! & 0x0f) << 24) | (bytes[at]! << 16) | (bytes[at + 1]! << 8) | bytes[at + 2]!;
  };
}

function broken(what: string): IntelError {
  return new IntelError('DATABASE_BROKEN', `its search tree has ${what}`);
}
