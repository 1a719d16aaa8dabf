import { type Prefix, parsePrefix, unmapped } from '../address/prefix.js';
import { legible } from '../legible.js';
import { ListBuilder, listedOn, type ThreatList } from './threat-list.js';

type Fields = Readonly<Record<string, unknown>>;

/** Wider prefixes than these are an error or an attack: they would flag a good part of the Internet. */
const WIDEST = { 4: 8, 6: 16 } as const;

/**
 * Reads Spamhaus' JSON lines: `{"cidr","sblid","rir"}` or `{"asn","asname",…}` per line and a last line
 * `{"type":"metadata","timestamp","records","copyright","terms",…}`. Total: what a line should not be is counted.
 * `date` (ISO 8601) stands in where the list does not say when it was made.
 */
export function parseDropJson(text: string, name: string, date: string | null): ThreatList {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  // Only the last line can be the trailer: a list that goes on behind it was not made by Spamhaus.
  const trailer = fieldsOf(lines.at(-1) ?? '');
  const metadata = trailer?.type === 'metadata' ? trailer : null;
  if (metadata !== null) lines.pop();

  const timestamp = dateOf(metadata?.timestamp);
  const threat = { list: name, reason: listedOn(name), listedAt: timestamp ?? date };
  const builder = new ListBuilder();
  for (const line of lines) {
    const fields = fieldsOf(line);
    const prefix = prefixOf(fields?.cidr);
    const asn = asnOf(fields?.asn);
    if (prefix !== null) builder.prefix(prefix, { ...threat, sblId: sblIdOf(fields?.sblid) });
    else if (asn !== null) builder.system(asn, { ...threat, sblId: null });
    else builder.unreadable(line);
  }
  const copyright = [legible(metadata?.copyright), legible(metadata?.terms)].filter((part) => part !== null);
  return builder.list({
    records: count(metadata?.records),
    timestamp,
    copyright: copyright.length === 0 ? null : copyright.join(' '),
  });
}

/** `SBL123456`; null for anything else. */
export function sblIdOf(value: unknown): string | null {
  return typeof value === 'string' && /^SBL\d{1,12}$/.test(value) ? value : null;
}

/** The prefix that may stand in a list from the Internet; null for what is none, or far too wide. */
export function prefixOf(value: unknown): Prefix | null {
  const parsed = typeof value === 'string' ? parsePrefix(value) : null;
  const prefix = parsed === null ? null : unmapped(parsed);
  return prefix !== null && prefix.length >= WIDEST[prefix.family] ? prefix : null;
}

function asnOf(value: unknown): number | null {
  return typeof value === 'number' && Number.isInteger(value) && value > 0 && value < 2 ** 32 ? value : null;
}

/** Seconds since 1970 as ISO 8601. */
function dateOf(seconds: unknown): string | null {
  const date = new Date(typeof seconds === 'number' ? seconds * 1000 : Number.NaN);
  return Number.isNaN(date.getTime()) ? null : date.toISOString();
}

function count(value: unknown): number | null {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 ? value : null;
}

function fieldsOf(line: string): Fields | null {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : null;
  } catch {
    return null;
  }
}
