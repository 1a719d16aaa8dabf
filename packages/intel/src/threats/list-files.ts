import { parseDropJson } from './parse-drop-json.js';
import { parseDropText } from './parse-drop-text.js';
import { parseRisky } from './parse-risky.js';
import type { ThreatList } from './threat-list.js';

/** A file in the data folder that can hold a block list. */
export interface ListFile {
  readonly file: string;
  /** As in `Source.name`. */
  readonly name: string;
  /** As in `Threat.list`. */
  readonly list: string;
  /** Where the updater gets it from, and the variable that says otherwise; null for files it does not fetch. */
  readonly feed: { readonly url: string; readonly variable: string } | null;
  parse(text: string, list: string, date: string | null): ThreatList;
}

const SPAMHAUS = 'https://www.spamhaus.org/drop/';

/** In order of precedence: where two have the same prefix of the same list, the first one knows more. */
export const listFiles: readonly ListFile[] = [
  {
    file: 'drop_v4.json',
    name: 'Spamhaus DROP',
    list: 'Spamhaus DROP',
    feed: { url: `${SPAMHAUS}drop_v4.json`, variable: 'LOCATOR_DROP_URL' },
    parse: parseDropJson,
  },
  {
    file: 'drop_v6.json',
    name: 'Spamhaus DROP IPv6',
    list: 'Spamhaus DROP',
    feed: { url: `${SPAMHAUS}drop_v6.json`, variable: 'LOCATOR_DROP_V6_URL' },
    parse: parseDropJson,
  },
  {
    file: 'asndrop.json',
    name: 'Spamhaus ASN-DROP',
    list: 'Spamhaus ASN-DROP',
    feed: { url: `${SPAMHAUS}asndrop.json`, variable: 'LOCATOR_ASNDROP_URL' },
    parse: parseDropJson,
  },
  { file: 'drop.txt', name: 'drop.txt', list: 'Spamhaus DROP', feed: null, parse: parseDropText },
  { file: 'edrop.txt', name: 'edrop.txt', list: 'Spamhaus EDROP', feed: null, parse: parseDropText },
  { file: 'risky_ips.json', name: 'risky_ips.json', list: 'risky_ips.json', feed: null, parse: parseRisky },
  {
    file: 'risky_ips.local.json',
    name: 'risky_ips.local.json',
    list: 'risky_ips.local.json',
    feed: null,
    parse: parseRisky,
  },
];

/** The file the updater writes from lists it has fetched, and these lists. */
export const RISKY_FILE = 'risky_ips.json';
export const MADE_FROM = [
  { file: 'drop_v4.json', family: 4 },
  { file: 'drop_v6.json', family: 6 },
] as const;
