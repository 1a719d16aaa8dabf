import type { Address } from './address/parse-address.js';
import type { Source } from './description.js';

/** A database of places or of networks, whatever its file format. */
export interface Database<T> {
  readonly source: Source;
  /** What it has for the address, given as numbers and as text without a zone. Never throws. */
  find(address: Address, text: string): T | null;
}
