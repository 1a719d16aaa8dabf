// Runs every test with tap, and ends with one line that counts them.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const require = createRequire(join(root, 'package.json'));
const tap = join(require.resolve('tap/package.json'), '..', require('tap/package.json').bin.tap);

/** Most lines shown of a failure. */
const LONGEST = 60;

const scratch = mkdtempSync(join(tmpdir(), 'locator-test-'));
const output = join(scratch, 'output.tap');
const args = ['run', '--reporter=terse', `--output-file=${output}`, ...process.argv.slice(2)];
const { status } = spawnSync(process.execPath, [tap, ...args], { cwd: root, stdio: 'inherit' });

const lines = readFileSync(output, 'utf8').split('\n');
rmSync(scratch, { recursive: true });
const totals = /^# \{ total: (\d+)(?:, pass: (\d+))?(?:, fail: (\d+))?(?:, skip: (\d+))?/;
const [, total = 0, pass = 0, fail = 0, skip = 0] =
  lines.findLast((line) => totals.test(line))?.match(totals) ?? [];

// The reporter draws over what it said of failures: once more, each with its diagnosis and the seed that was printed
// before it, if any.
for (const [at, line] of lines.entries()) {
  if (!/^ *not ok /.test(line) || / # (SKIP|TODO)/i.test(line)) continue;
  const begun = lines.findLastIndex((one, index) => index < at && /^ *# Subtest:/.test(one));
  const seed = lines.slice(begun, at).findLast((one) => /^ *# SEED=/.test(one));
  if (begun >= 0 && seed !== undefined) console.log(`\n${seed}`);
  const end = lines.findIndex((one, index) => index > at && one.trim() === '...');
  console.log(`\n${lines.slice(at, Math.min(end < 0 ? at : end, at + LONGEST)).join('\n')}`);
}

const skipped = lines
  .filter((line) => /^ *ok .*# SKIP/i.test(line))
  .map((line) => line.replace(/^ *ok \d+ - /, ''));
if (skipped.length > 0) console.log(`\nLeft out on this machine:\n  ${[...new Set(skipped)].join('\n  ')}`);
console.log(`\n${pass} passed, ${fail} failed${Number(skip) > 0 ? `, ${skip} skipped` : ''}`);
process.exit(status === 0 && Number(total) > 0 && Number(fail) === 0 ? 0 : 1);
