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

t.test('with a full disk traces still stream, it is said, and it is over by itself', { skip }, async (t) => {
  const script = fileURLToPath(new URL('small-disk-server.ts', import.meta.url));
  const command = [...unshare, process.execPath, ...process.execArgv, script, t.testdir()];
  const { stdout } = await promisify(execFile)('unshare', command, { maxBuffer: 2 ** 26 });
  const { before, full, events, during, history, refused, after } = JSON.parse(stdout);
  t.match(before, { statusCode: 200, store: null, problem: null, traces: 1, up: '1' });

  t.match(full, { statusCode: 200, store: 'failing' });
  t.equal(full.body, before.body, 'the same five lines as ever');
  t.match(events.body, /^event: done$/m);
  t.match(events.body, /^data: .*"stored":false/m);
  t.match(during, { ready: true, up: '0', problem: /^Traces are not being stored: .*no space left/ });
  t.equal(history, 200, 'what is stored can still be read');
  t.ok(refused.status === 201 || refused.code === 'STORE_FULL', `a monitor: ${JSON.stringify(refused)}`);

  t.match(after, { statusCode: 200, store: null, problem: null, up: '1' });
  t.equal(after.traces, during.traces + 1, 'and the next trace is stored again');
});

t.test('a store that cannot be opened at the start is when it can be', { skip }, async (t) => {
  const script = fileURLToPath(new URL('read-only-server.ts', import.meta.url));
  const command = [...unshare, process.execPath, ...process.execArgv, script, t.testdir()];
  const { stdout } = await promisify(execFile)('unshare', command, { maxBuffer: 2 ** 26 });
  const { before, after, counts } = JSON.parse(stdout);
  t.match(before, { statusCode: 200, store: 'failing', ready: true, up: '0', riskScore: 0, history: 2 });
  t.match(before.body, /^(\{.*\}\n){5}$/, 'five lines as ever');
  t.match(before.events, /^data: .*"stored":false/m);
  t.match(
    before.problem,
    /^The data folder .* cannot be used \(.*may not be written.*\): traces are kept in memory/,
  );
  t.strictSame(before.problems, [before.problem]);
  t.match(before.monitors, { code: 'STORE_READ_ONLY', error: 'The file of traces may not be written.' });

  t.match(after, { statusCode: 200, store: null, problem: null, problems: [], up: '1', history: 3 });
  t.match(after.monitors, { monitors: [{ target: 'c.example', origin: 'config', next_at: String }] });
  t.match(counts, { traces: 3, targets: 1, interrupted: 0 }, 'nothing of the time before is lost');
});
