import { createHash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';

/** Bytes between two pauses: some 10 ms. */
const SLICE = 8 << 20;

/** SHA-256 in hexadecimal digits; other work goes on meanwhile. */
export async function sha256(bytes: Uint8Array): Promise<string> {
  const hash = createHash('sha256');
  for (let at = 0; at < bytes.length; at += SLICE) {
    hash.update(bytes.subarray(at, at + SLICE));
    await setImmediate();
  }
  return hash.digest('hex');
}
