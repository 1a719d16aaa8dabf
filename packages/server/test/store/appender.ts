/**
 * Appends traces to the file named by the first argument for as long as it lives, a few always under way,
 * and prints each id once it is acknowledged. Run by kill.test.ts, which ends it without warning.
 */
import { writeSync } from 'node:fs';
import { observe } from '../../src/changes/observe.js';
import { openSqliteStore } from '../../src/store/sqlite-store.js';
import { aTrace, QUIET } from '../a-trace.js';
import { subject } from './contract.js';

const store = await openSqliteStore(process.argv[2]!);
const begin = () => store.begin(subject('a.example'), Date.now());
const underWay = [await begin(), await begin()];
writeSync(1, 'ready\n');
for (;;) {
  const id = underWay.shift()!;
  underWay.push(await begin());
  // Every tenth trace takes another way, so that events are written, too.
  const hops = id % 10 === 0 ? ['192.0.2.1', `198.51.100.${id % 200}`, QUIET[4]] : [...QUIET];
  await store.append(id, aTrace({ target: 'a.example', startedAt: 1_000_000 + id, hops }), observe);
  writeSync(1, `${id}\n`);
}
