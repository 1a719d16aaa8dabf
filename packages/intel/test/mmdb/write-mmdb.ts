import { parsePrefix } from '../../src/address/prefix.js';

/** What a record is made of. A `Raw` is taken over byte by byte, for values no sane writer writes. */
export type Value = string | number | boolean | Raw | readonly Value[] | { readonly [key: string]: Value };

export class Raw {
  readonly bytes: Buffer;
  constructor(...bytes: number[]) {
    this.bytes = Buffer.from(bytes);
  }
}

export interface MmdbOptions {
  readonly ipVersion?: 4 | 6;
  readonly recordSize?: 24 | 28 | 32;
  readonly metadata?: Readonly<Record<string, Value>>;
  /** Whether repeated text is written once and pointed to. Default: true. */
  readonly pointers?: boolean;
}

type Node = [Node | number | null, Node | number | null];

/** A database in the MaxMind DB format 2.0. Prefixes must not nest. */
export function writeMmdb(
  type: string,
  entries: readonly (readonly [prefix: string, record: Value])[],
  { ipVersion = 6, recordSize = 28, metadata = {}, pointers = true }: MmdbOptions = {},
): Buffer {
  const data = new DataWriter(pointers);
  const root: Node = [null, null];
  for (const [text, record] of entries) {
    const prefix = parsePrefix(text)!;
    const skipped = prefix.family === 4 && ipVersion === 4 ? 96 : 0;
    // IPv4 addresses are the first 2^32 of the IPv6 tree.
    const depth = (prefix.family === 4 ? 96 : 0) + prefix.length;
    let node = root;
    for (let bit = skipped; bit < depth; bit++) {
      const side = (prefix.words[bit >> 5]! >>> (31 - (bit & 31))) & 1;
      if (bit === depth - 1) {
        node[side] = data.record(record);
      } else {
        const next = node[side];
        node = Array.isArray(next) ? next : [null, null];
        if (node !== next) parentOf(root, prefix.words, skipped, bit)[side] = node;
      }
    }
  }
  const nodes: Node[] = [];
  const number = (node: Node) => {
    nodes.push(node);
    for (const child of node) if (Array.isArray(child)) number(child);
  };
  number(root);
  const indexes = new Map(nodes.map((node, index) => [node, index]));
  const recordOf = (child: Node | number | null) => {
    if (child === null) return nodes.length;
    return Array.isArray(child) ? indexes.get(child)! : nodes.length + 16 + child;
  };
  const tree = nodes.map(([left, right]) => encodeNode(recordOf(left), recordOf(right), recordSize));
  const about = new DataWriter(false);
  about.record({
    binary_format_major_version: 2,
    binary_format_minor_version: 0,
    build_epoch: 1_700_000_000,
    database_type: type,
    description: { en: 'Made by a test' },
    ip_version: ipVersion,
    languages: ['en'],
    node_count: nodes.length,
    record_size: recordSize,
    ...metadata,
  });
  const marker = Buffer.from('\xab\xcd\xefMaxMind.com', 'latin1');
  return Buffer.concat([...tree, Buffer.alloc(16), data.bytes, marker, about.bytes]);
}

export function encodeNode(left: number, right: number, recordSize: number): Buffer {
  const node = Buffer.alloc(recordSize / 4);
  if (recordSize === 32) {
    node.writeUInt32BE(left, 0);
    node.writeUInt32BE(right, 4);
  } else {
    node.writeUIntBE(left & 0xffffff, 0, 3);
    node.writeUIntBE(right & 0xffffff, recordSize / 4 - 3, 3);
    if (recordSize === 28) node[3] = ((left >>> 24) << 4) | (right >>> 24);
  }
  return node;
}

function parentOf(root: Node, words: Uint32Array, from: number, bit: number): Node {
  let node = root;
  for (let at = from; at < bit; at++) node = node[(words[at >> 5]! >>> (31 - (at & 31))) & 1] as Node;
  return node;
}

class DataWriter {
  readonly #pointers: boolean;
  readonly #records = new Map<string, number>();
  readonly #texts = new Map<string, number>();
  bytes: Buffer = Buffer.alloc(0);

  constructor(pointers: boolean) {
    this.#pointers = pointers;
  }

  /** Writes a record, once if it is repeated, and gives its offset. */
  record(value: Value): number {
    const key = JSON.stringify(value);
    const known = this.#records.get(key);
    if (known !== undefined) return known;
    // Text first, so that the record can point back to it.
    if (this.#pointers) this.#texts_of(value);
    const at = this.bytes.length;
    this.#records.set(key, at);
    this.#append(this.#encode(value));
    return at;
  }

  #append(bytes: Buffer): void {
    this.bytes = Buffer.concat([this.bytes, bytes]);
  }

  #texts_of(value: Value): void {
    if (typeof value === 'string' && value.length > 3 && !this.#texts.has(value)) {
      this.#texts.set(value, this.bytes.length);
      this.#append(this.#control(2, Buffer.byteLength(value), Buffer.from(value)));
    } else if (Array.isArray(value)) {
      for (const item of value) this.#texts_of(item);
    } else if (typeof value === 'object' && !(value instanceof Raw)) {
      for (const [key, item] of Object.entries(value)) {
        this.#texts_of(key);
        this.#texts_of(item);
      }
    }
  }

  #encode(value: Value): Buffer {
    if (value instanceof Raw) return value.bytes;
    if (typeof value === 'string') {
      const at = this.#texts.get(value);
      return at === undefined
        ? this.#control(2, Buffer.byteLength(value), Buffer.from(value))
        : pointerTo(at);
    }
    if (typeof value === 'boolean') return this.#control(14, value ? 1 : 0);
    if (typeof value === 'number') {
      const bytes = Buffer.alloc(8);
      if (Number.isInteger(value) && value >= 0 && value < 2 ** 32) {
        bytes.writeUInt32BE(value);
        return this.#control(6, 4, bytes.subarray(0, 4));
      }
      bytes.writeDoubleBE(value);
      return this.#control(3, 8, bytes);
    }
    if (Array.isArray(value)) {
      return this.#control(11, value.length, ...value.map((item) => this.#encode(item)));
    }
    const entries = Object.entries(value);
    return this.#control(7, entries.length, ...entries.flat().map((item) => this.#encode(item)));
  }

  #control(type: number, size: number, ...payload: Buffer[]): Buffer {
    const [code, extra] =
      size < 29 ? [size, []] : size < 285 ? [29, [size - 29]] : [30, [(size - 285) >> 8, (size - 285) & 255]];
    const head = type > 7 ? [code, type - 7] : [(type << 5) | code];
    return Buffer.concat([Buffer.from([...head, ...extra]), ...payload]);
  }
}

/** 001SSVVV: two bytes, three or five. */
export function pointerTo(offset: number): Buffer {
  if (offset < 2048) return Buffer.from([0x20 | (offset >> 8), offset & 255]);
  const far = offset - 2048;
  if (far < 2 ** 19) return Buffer.from([0x28 | (far >> 16), (far >> 8) & 255, far & 255]);
  const bytes = Buffer.alloc(5, 0x38);
  bytes.writeUInt32BE(offset, 1);
  return bytes;
}
