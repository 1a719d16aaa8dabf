import { createRequire } from 'node:module';
import { pathId } from '../../packages/server/src/store/path-id.js';
import { QUERIES } from '../../packages/server/src/store/queries.js';
import { encodeRecord } from '../../packages/server/src/store/record-codec.js';
import { reversedLabels } from '../../packages/server/src/store/target-name.js';
import { aRecord, randomFrom, startOf } from './record.js';

const require = createRequire(new URL('../../packages/server/package.json', import.meta.url));

/** Different records among those written here; the others are copies of them with another start. */
const DIFFERENT = 30;

/**
 * Writes `count` traces of one target past the store, in one transaction: what makes a file large in little time.
 * They are rows as the store's own, found by all its queries, but no baseline knows of them.
 */
export function fill(file: string, target: number, count: number, seed: number): void {
  const Database = require('better-sqlite3');
  const db = new Database(file);
  db.pragma('synchronous = OFF');
  const random = randomFrom(seed + target);
  const records = Array.from({ length: DIFFERENT }, (_, n) => {
    const record = aRecord(target, n, random);
    return { record, bytes: encodeRecord(record), pathId: pathId(record.hops) };
  });
  const sql = Object.fromEntries(
    (['begin', 'take', 'countTrace', 'insertTrace'] as const).map((name) => [
      name,
      db.prepare(QUERIES[name]),
    ]),
  );
  db.transaction(() => {
    for (let n = 0; n < count; n++) {
      const { record, bytes, pathId } = records[n % DIFFERENT]!;
      const { target: name, protocol, family, address } = record;
      const started = startOf(n);
      const id = Number(sql.begin.run(name, protocol, family, started).lastInsertRowid);
      sql.take.get(id);
      const { id: targetId } = sql.countTrace.get({ name, labels: reversedLabels(name), started });
      sql.insertTrace.run({
        id,
        targetId,
        protocol,
        family,
        started,
        address,
        complete: 1,
        pathId,
        record: bytes,
      });
    }
  }).immediate();
  db.close();
}
