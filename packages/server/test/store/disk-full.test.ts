import { execFile, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import t from 'tap';

// Only for a machine with much else to do.
t.setTimeout(120_000);

/** A mount namespace, in a user namespace of its own where we are not root. */
const unshare = process.getuid?.() === 0 ? ['-m'] : ['-U', '-r', '-m'];
const possible = spawnSync('unshare', [...unshare, 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt']).status === 0;
const skip =
  possible || process.env.LOCATOR_LAB === 'required'
    ? false
    : 'no mount namespace for a small disk can be made here';

t.test('a full disk is said, loses nothing, and is over when there is room again', { skip }, async (t) => {
  const script = fileURLToPath(new URL('small-disk.ts', import.meta.url));
  const command = [...unshare, process.execPath, ...process.execArgv, script, t.testdir()];
  const { stdout } = await promisify(execFile)('unshare', command);
  const { full, append, read, again, stored, after, readOnly, memory } = JSON.parse(stdout);
  t.match(full, /^STORE_FULL There is no space left on the disk for traces: .+\.$/);
  t.match(append, /^(STORE_FULL .+|ok)$/);
  t.equal(read, true, 'what is stored can still be read');
  t.equal(again, append === 'ok' ? 'TRACE_UNKNOWN' : 'ok', 'the very trace that failed is stored now');
  t.equal(after.traces, stored.traces + 1);
  t.match(readOnly, /^STORE_READ_ONLY The file of traces may not be written: .+\.$/);
  t.equal(memory, 'ok');
});
