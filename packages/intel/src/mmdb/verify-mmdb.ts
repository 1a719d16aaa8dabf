import { Reader, type Response } from 'maxmind';
import { IntelError, reasonOf } from '../errors.js';
import { DataSection } from './verify-data.js';
import { verifyTree } from './verify-tree.js';

const MARKER = Buffer.from('\xab\xcd\xefMaxMind.com', 'latin1');

/** The format: the metadata is in the last 128 KiB, 16 zero bytes stand between the tree and the data. */
const METADATA_ROOM = 128 * 1024;
const SEPARATOR = 16;

/** Values looked at between two yields: some 10 ms. */
const SLICE = 1 << 18;

/** Where the reader keeps decoded values, by their position. */
export type DecoderCache = NonNullable<NonNullable<ConstructorParameters<typeof Reader>[1]>['cache']>;

/**
 * A reader over `bytes`, once its metadata makes sense. The tree and the data are not looked at: unless this
 * very content was verified before, run `verifyContent` too before the first look-up.
 */
export function readerOf(bytes: Buffer, cache: DecoderCache): Reader<Response> {
  const marker = bytes.subarray(Math.max(0, bytes.length - METADATA_ROOM)).lastIndexOf(MARKER);
  if (marker < 0) throw new IntelError('DATABASE_BROKEN', 'it does not end like a MaxMind DB file');
  const end = Math.max(0, bytes.length - METADATA_ROOM) + marker;
  const metadata = end + MARKER.length;
  new DataSection(bytes, metadata, bytes.length).check(metadata);
  if (bytes[metadata]! >> 5 !== 7) throw new IntelError('DATABASE_BROKEN', 'its metadata is no map');

  let reader: Reader<Response>;
  try {
    reader = new Reader(bytes, { cache });
  } catch (error) {
    throw new IntelError('DATABASE_BROKEN', reasonOf(error), error);
  }
  const { nodeCount, ipVersion, binaryFormatMajorVersion, buildEpoch, databaseType, searchTreeSize } =
    reader.metadata;
  const sound =
    binaryFormatMajorVersion === 2 &&
    Number.isInteger(nodeCount) &&
    nodeCount > 0 &&
    (ipVersion === 4 || ipVersion === 6) &&
    typeof databaseType === 'string' &&
    !Number.isNaN(buildEpoch.getTime());
  if (!sound) throw new IntelError('DATABASE_BROKEN', 'its metadata makes no sense');
  if (searchTreeSize + SEPARATOR > end)
    throw new IntelError('DATABASE_BROKEN', 'it is shorter than its search tree');
  return reader;
}

/**
 * Checks everything a look-up can come by, in time proportional to the file's size: after this no look-up
 * throws, runs away or leaves the file. Throws DATABASE_BROKEN with what is wrong; each yield is a place to pause.
 */
export function* verifyContent(bytes: Buffer, { metadata }: Reader<Response>): Generator<void, void> {
  const { nodeCount, recordSize, ipVersion, searchTreeSize } = metadata;
  const start = searchTreeSize + SEPARATOR;
  const end = bytes.lastIndexOf(MARKER);
  if (bytes.subarray(searchTreeSize, start).some((byte) => byte !== 0)) {
    throw new IntelError('DATABASE_BROKEN', 'its search tree is not where its metadata says');
  }
  const tree = { bytes, nodeCount, recordSize, bits: ipVersion === 4 ? 32 : 128, dataSize: end - start };
  const records = yield* verifyTree(tree);
  const section = new DataSection(bytes, start, end);
  let pauseAt = SLICE;
  for (let byte = 0; byte < records.length; byte++) {
    for (let bits = records[byte]!; bits !== 0; bits &= bits - 1) {
      section.check(start + byte * 8 + 31 - Math.clz32(bits & -bits));
      if (section.looked < pauseAt) continue;
      pauseAt = section.looked + SLICE;
      yield;
    }
  }
}
