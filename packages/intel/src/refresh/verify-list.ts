import type { ThreatList } from '../threats/threat-list.js';

/** Share of lines that may be unreadable: a new kind of line is no reason to go without the others. */
const MOST_UNREADABLE = 0.01;

/** A list with fewer entries than this may shrink as it likes. */
const SMALL = 10;

/**
 * Why a fetched list must not take the place of `current`, as the end of a sentence; null when it may.
 * `acceptShrink` is for a person who has looked and says that half the list is really gone.
 */
export function objectionTo(
  fetched: ThreatList,
  current: ThreatList | null,
  acceptShrink: boolean,
): string | null {
  const { lines, unreadable, records } = fetched;
  if (lines === 0) return 'the server sent no entries';
  if (unreadable.count > lines * MOST_UNREADABLE) {
    return `${unreadable.count} of ${lines} lines cannot be read, the first is ${JSON.stringify(unreadable.first)}`;
  }
  if (records === null) return 'the line that ends the list is missing: it is incomplete or no such list';
  // A line that stands twice may have been counted twice or once.
  const entries = entriesOf(fetched);
  if (records !== lines && records !== entries + unreadable.count) {
    return `it has ${lines} lines and says that it has ${records}`;
  }
  const before = current === null ? 0 : entriesOf(current);
  if (!acceptShrink && before >= SMALL && entries * 2 < before) {
    return `it has ${entries} entries and had ${before}: more than half are gone`;
  }
  return null;
}

export function entriesOf(list: ThreatList): number {
  return list.prefixes.length + list.systems.length;
}

/** What makes an entry the same one in another edition of the list. */
export function keysOf(list: ThreatList): Set<string> {
  return new Set([
    ...list.prefixes.map(({ prefix }) => prefix.text),
    ...list.systems.map(({ asn }) => `AS${asn}`),
  ]);
}
