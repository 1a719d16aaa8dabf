/**
 * Intel: how fast addresses are matched against block lists and described, beside others; what a start costs; and
 * how fast hostile database files are refused while look-ups go on. `PART=match|describe|start|hostile` runs one
 * part; SEED replays.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { machine, table } from '../shared/table.js';
import type { Claim } from './claim.js';
import { describe } from './describe.js';
import { hostile } from './hostile.js';
import { prefixMatch } from './prefix-match.js';
import { start } from './start.js';

const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31));
const dataDir = await mkdtemp(join(tmpdir(), 'locator-bench-'));
const parts: Record<string, () => Promise<{ text: string; claims: readonly Claim[] }>> = {
  match: async () => prefixMatch(seed),
  start: () => start(dataDir),
  describe: () => describe(dataDir, seed),
  hostile: () => hostile(seed),
};

const claims: Claim[] = [];
console.log(`${await machine()}, SEED=${seed}`);
try {
  for (const [name, run] of Object.entries(parts)) {
    if (process.env.PART !== undefined && process.env.PART !== name) continue;
    const part = await run();
    console.log(`\n${part.text}`);
    claims.push(...part.claims);
  }
} finally {
  await rm(dataDir, { recursive: true });
}
const rows = claims.map(({ what, figure, holds }) => [what, figure, holds ? 'holds' : 'DOES NOT HOLD']);
console.log(`\n${table(['promised', 'measured', ''], rows)}`);
process.exitCode = claims.length > 0 && claims.every(({ holds }) => holds) ? 0 : 1;
