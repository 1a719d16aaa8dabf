import { getSystemErrorName } from 'node:util';
import { ProbeError } from '../errors.js';
import { type Binding, findBinding } from '../socket/native-binding.js';
import { findDatagramSource } from './datagram-source.js';

/** Which of this machine's addresses packets to an address leave from. */
export type FindSource = (address: string) => Promise<string>;

let native: Binding | null | undefined;

/**
 * The address that packets to `address` leave from, by this machine's routing table.
 * Rejects with TARGET_UNROUTABLE where there is no route.
 */
export async function findSource(address: string): Promise<string> {
  if (native === undefined) native = findBinding().binding;
  // Node's own datagram sockets take some ten times as long.
  if (native === null) return findDatagramSource(address);
  const source = native.source(address);
  if (typeof source === 'string') return source;
  throw new ProbeError('TARGET_UNROUTABLE', address, new Error(getSystemErrorName(source)));
}
