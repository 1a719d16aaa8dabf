import { prefixOf, sblIdOf } from './parse-drop-json.js';
import { ListBuilder, listedOn, type ThreatList } from './threat-list.js';

/**
 * Reads the older `drop.txt` and `edrop.txt`: `192.0.2.0/24 ; SBL123456` per line, comments behind `;`, and in
 * the comments at the top the copyright and `Last-Modified: <HTTP date>`. Total, as `parseDropJson` is.
 */
export function parseDropText(text: string, name: string, date: string | null): ThreatList {
  const builder = new ListBuilder();
  const entries: string[] = [];
  let timestamp: string | null = null;
  let copyright: string | null = null;
  for (const line of text.split('\n').map((line) => line.trim())) {
    if (line === '') continue;
    if (!line.startsWith(';')) {
      entries.push(line);
      continue;
    }
    const comment = line.slice(1).trim();
    if (/\(c\)|copyright/i.test(comment)) copyright ??= comment.slice(0, 200);
    const modified = /^Last-Modified:\s*(.+)$/i.exec(comment)?.[1];
    const time = modified === undefined ? Number.NaN : Date.parse(modified);
    if (!Number.isNaN(time)) timestamp = new Date(time).toISOString();
  }
  for (const line of entries) {
    const [cidr, comment] = line.split(';', 2).map((part) => part.trim());
    const prefix = prefixOf(cidr);
    if (prefix === null) builder.unreadable(line);
    else {
      builder.prefix(prefix, {
        list: name,
        reason: listedOn(name),
        sblId: sblIdOf(comment),
        listedAt: timestamp ?? date,
      });
    }
  }
  return builder.list({ records: null, timestamp, copyright });
}
