import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readlinkSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { labOptions } from './available.js';
import { line } from './descriptions.js';
import { openInternet } from './internet.js';
import { freshNamespace, openNamespace } from './namespace.js';

/** Which network namespace it is, as the kernel names it. */
const self = ['readlink', ['/proc/self/ns/net']] as const;

// Started by the test below: opens a lab, leaves a program running in it, says so, and waits to be killed.
if (process.env.LOCATOR_LAB_VICTIM) {
  const lab = await openInternet(line());
  lab.spawn('sleep', ['1000']);
  const { stdout } = await lab.run(...self);
  process.stdout.write(`${JSON.stringify({ namespace: stdout.trim() })}\n`);
  await sleep(60_000);
}

const options = await labOptions(['cc']);

t.test('commands run inside', options, async (t) => {
  const one = await openNamespace();
  const two = await openNamespace();
  t.teardown(() => Promise.all([one.close(), two.close()]));
  const names = await Promise.all([one.run(...self), two.run(...self)]);
  t.not(names[0]!.stdout, names[1]!.stdout, 'each has a network of its own');
  t.not(names[0]!.stdout.trim(), readlinkSync('/proc/self/ns/net'), "not this process's");

  t.match(await one.run('sh', ['-c', 'cat; echo said >&2; exit 3'], { input: 'heard' }), {
    code: 3,
    stdout: 'heard',
    stderr: 'said\n',
  });
  t.match(await one.run('pwd'), { stdout: `${process.cwd()}\n` }, 'in the same folder');
  t.match(await one.run('sleep', ['10'], { timeoutMs: 50 }), { code: null }, 'killed when it takes too long');
  t.ok((await one.run('no-such-program')).code! >= 126, 'a program that is not there');
  t.match(await one.run('ping', ['-c', '1', '-W', '1', '192.0.2.1']), { stdout: '' }, 'there is no way out');
});

t.test('closed, nothing of it is left', options, async (t) => {
  const namespace = await freshNamespace();
  const { stdout } = await namespace.run(...self);
  t.ok(users(stdout.trim()).length > 0);
  await namespace.close();
  t.strictSame(users(stdout.trim()), []);
});

t.test('killed with a lab open, nothing of it is left', options, async (t) => {
  const victim = spawn(process.execPath, [...process.execArgv, fileURLToPath(import.meta.url)], {
    env: { ...process.env, LOCATOR_LAB_VICTIM: '1' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  while (!/\{.*\}\n/.test(said)) said += String((await once(victim.stdout, 'data'))[0]);
  const { namespace } = JSON.parse(/\{.*\}/.exec(said)![0]);
  t.ok(users(namespace).length >= 3, 'the holder, the simulation and a program are there');
  victim.kill('SIGKILL');
  await once(victim, 'close');
  for (let waited = 0; users(namespace).length > 0 && waited < 2000; waited += 20) await sleep(20);
  t.strictSame(users(namespace), []);
  const truths = readdirSync('/dev/shm').filter((name) => name.startsWith(`locator-truth-${victim.pid}-`));
  t.strictSame(truths, [], 'nor its shared memory');
});

/** Processes in that network namespace, as far as this user may see. */
function users(namespace: string): readonly string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        return readlinkSync(`/proc/${pid}/ns/net`) === namespace;
      } catch {
        return false; // gone meanwhile, or another user's
      }
    });
}
