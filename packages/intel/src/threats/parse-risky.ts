import { parsePrefix, unmapped } from '../address/prefix.js';
import { IntelError } from '../errors.js';
import { legible } from '../legible.js';
import { ListBuilder, type ThreatList } from './threat-list.js';

/** What the updater writes as the reason: the list's name is in it. */
const GENERATED = /^(Spamhaus E?DROP) listed$/;

/**
 * Reads `{ "192.0.2.0/24": "Spamhaus DROP listed", … }`, with prefixes or single addresses of both families. An
 * entry that the updater wrote belongs to the list it names, any other to the file called `name`. Throws
 * LIST_BROKEN when the text is no JSON object; members that are no prefix are counted.
 */
export function parseRisky(text: string, name: string, date: string | null): ThreatList {
  const builder = new ListBuilder();
  for (const [key, value] of Object.entries(objectIn(text))) {
    const prefix = parsePrefix(key.trim());
    const reason = legible(value);
    if (prefix === null || reason === null) {
      builder.unreadable(key);
      continue;
    }
    const list = GENERATED.exec(reason)?.[1] ?? name;
    builder.prefix(unmapped(prefix), { list, reason, sblId: null, listedAt: date });
  }
  return builder.list({ records: null, timestamp: null, copyright: null });
}

/** Whether the entry is one the updater wrote, not somebody's own. */
export function isGenerated(reason: string): boolean {
  return GENERATED.test(reason);
}

/** `risky_ips.json` for these prefixes and the names of their lists. */
export function formatRisky(entries: Iterable<readonly [prefix: string, reason: string]>): string {
  return `${JSON.stringify(Object.fromEntries(entries), null, 2)}\n`;
}

function objectIn(text: string): object {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new IntelError('LIST_BROKEN', 'it is no JSON', error);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new IntelError('LIST_BROKEN', 'it is no JSON object of prefixes and reasons');
  }
  return value;
}
