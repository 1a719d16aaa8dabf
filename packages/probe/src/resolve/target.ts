import { lookup as systemLookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { domainToASCII } from 'node:url';
import { ProbeError } from '../errors.js';
import { formatAddress, parseAddress } from '../packet/address.js';
import type { Family } from '../socket/packet-socket.js';
import { findSource } from './source.js';

/** Where a trace goes: what was asked for, all it stands for, and the one address chosen. */
export interface Destination {
  /** As asked for: a host name in lower case or an address in its shortest form. */
  readonly target: string;
  readonly address: string;
  readonly family: Family;
  /** Every permitted address of the target, the system's order kept. */
  readonly addresses: readonly string[];
}

export type Lookup = (host: string) => Promise<readonly string[]>;

export interface ResolveOptions {
  readonly family?: Family;
  /** Says of each address whether it may be traced; without it all may. */
  readonly permit?: (address: string) => boolean;
  /** Name → addresses; by default the system's resolver. */
  readonly lookup?: Lookup;
  readonly signal?: AbortSignal;
}

/**
 * The host in a text that a person typed: a name, an address with or without brackets, `host:port`, or a
 * whole URL. Names come back in lower case and ASCII (IDNA), addresses in their shortest form (RFC 5952).
 * Throws TARGET_MISSING or TARGET_MALFORMED.
 */
export function parseTarget(text: string): string {
  const trimmed = text.trim();
  if (trimmed === '') throw new ProbeError('TARGET_MISSING');
  const bare = trimmed.startsWith('[') && trimmed.endsWith(']') ? trimmed.slice(1, -1) : trimmed;
  const address = parseAddress(bare);
  if (address !== null) return formatAddress(address);

  const host = hostOf(trimmed);
  if (host === null) throw new ProbeError('TARGET_MALFORMED', quoted(trimmed));
  const literal = parseAddress(host.replace(/^\[|\]$/g, ''));
  if (literal !== null) return formatAddress(literal);
  const name = domainToASCII(host.replace(/\.$/, '')).toLowerCase();
  if (!isHostName(name)) throw new ProbeError('TARGET_MALFORMED', quoted(trimmed));
  return name;
}

/**
 * Resolves a target to the first permitted address that this machine has a route to. Throws TARGET_MISSING,
 * TARGET_MALFORMED, TARGET_UNRESOLVABLE, TARGET_FORBIDDEN, TARGET_UNROUTABLE or ABORTED.
 */
export async function resolveTarget(text: string, options: ResolveOptions = {}): Promise<Destination> {
  const target = parseTarget(text);
  const found = isIP(target) === 0 ? await lookUp(target, options) : [target];
  const addresses = allowed(found, target, options);
  const address = addresses.length === 1 ? addresses[0]! : await firstRoutable(addresses);
  return Object.freeze({ target, address, family: familyOf(address), addresses: Object.freeze(addresses) });
}

function lookUp(target: string, { lookup = systemAddresses, signal }: ResolveOptions) {
  return orAborted(lookup(target).catch(unresolvable(target)), signal);
}

/** Those of the family and permitted. */
function allowed(
  found: readonly string[],
  target: string,
  { family, permit = () => true }: ResolveOptions,
): readonly string[] {
  const candidates = found.filter((address) => family === undefined || familyOf(address) === family);
  if (candidates.length === 0) {
    const detail = family === undefined ? target : `${target} has no IPv${family} address`;
    throw new ProbeError('TARGET_UNRESOLVABLE', detail);
  }
  const addresses = candidates.filter(permit);
  if (addresses.length === 0) throw new ProbeError('TARGET_FORBIDDEN', target);
  return addresses;
}

/** The host part of `https://host/…`, `host/…` or `host:port`; null where there is none. */
function hostOf(text: string): string | null {
  try {
    const url = new URL(/^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`);
    // Schemes that URL does not know keep the host as it is; `user@` and the port are never part of it.
    return url.hostname === '' ? null : decodeURIComponent(url.hostname);
  } catch {
    return null;
  }
}

/** RFC 1123 section 2.1, with the underscore that service names use; no name ends in a number (RFC 3696). */
function isHostName(name: string): boolean {
  if (name.length === 0 || name.length > 253) return false;
  const labels = name.split('.');
  if (/^(\d+|0x[\da-f]*)$/.test(labels.at(-1)!)) return false;
  return labels.every((label) => /^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?$/.test(label));
}

async function systemAddresses(host: string): Promise<readonly string[]> {
  const found = await systemLookup(host, { all: true, verbatim: true });
  return [...new Set(found.map(({ address }) => address))];
}

/** A name with an IPv6 address is of no use on a machine without IPv6: take the first that has a route. */
async function firstRoutable(addresses: readonly string[]): Promise<string> {
  for (const address of addresses) {
    if (await findSource(address).catch(() => null)) return address;
  }
  return addresses[0]!;
}

function unresolvable(target: string): (cause: NodeJS.ErrnoException) => never {
  return (cause) => {
    const why = cause.code === 'EAI_AGAIN' ? `${target} (the name server did not answer)` : target;
    throw new ProbeError('TARGET_UNRESOLVABLE', why, cause);
  };
}

async function orAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work;
  let stop: (() => void) | undefined;
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(new ProbeError('ABORTED'));
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', stop!);
  }
}

function familyOf(address: string): Family {
  return address.includes(':') ? 6 : 4;
}

function quoted(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text);
}
