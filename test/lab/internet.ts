import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { access, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { buildInternet } from './build.js';
import { compile } from './compile.js';
import type { Change, Internet } from './description.js';
import { type Namespace, openNamespace } from './namespace.js';
import { onProcessors } from './processors.js';
import { type Fate, type Health, TruthReader } from './truth.js';

export interface InternetOptions {
  /** Where the host is. Default: a fresh namespace, or the one this process is in (inside.ts). */
  readonly namespace?: Namespace;
  /** It wakes up so long before something is due and waits awake. Default 200. */
  readonly spinUs?: number;
  /** SCHED_FIFO priority where the system lets it; 0 for none. Default 1. */
  readonly priority?: number;
  /**
   * The processor it keeps to; default: any. On one that others use it interrupts them when packets come, in the
   * middle of a train that they send too.
   */
  readonly processor?: number | undefined;
  /** Fates kept until `truth()` reads them. Default 2^19 (54 MB of shared memory once used). */
  readonly fates?: number;
}

/** A host with nothing but a simulated internet around it. */
export interface InternetLab extends Omit<Namespace, 'close'> {
  readonly namespace: Namespace;
  /** The host's addresses. */
  readonly home: Internet['home'];
  /** How the simulation is scheduled: `normal`, `raised` or `real-time priority`. */
  readonly scheduled: string;
  /** Every fate since the last call, once nothing is in flight any more (at most 5 s). */
  truth(): Promise<Fate[]>;
  health(): Health;
  /** Takes effect before the promise resolves. */
  change(change: Change): Promise<void>;
  close(): Promise<void>;
}

/** The host's device, and the other end of its cable. */
const near = 'internet0';
const far = 'beyond0';

let opened = 0;

export async function openInternet(internet: Internet, options: InternetOptions = {}): Promise<InternetLab> {
  const { spinUs = 200, priority = 1, fates = 2 ** 19, processor } = options;
  const program = await buildInternet();
  const compiled = compile(internet);
  const namespace = options.namespace ?? (await openNamespace());
  const folder = await access('/dev/shm').then(
    () => '/dev/shm',
    () => tmpdir(),
  );
  const path = `${folder}/locator-truth-${process.pid}-${opened++}`;
  let child: ChildProcess | undefined;
  let truth: TruthReader | undefined;

  const close = async () => {
    truth?.close();
    if (child && child.exitCode === null && child.signalCode === null) {
      child.ref();
      const exit = once(child, 'exit');
      child.stdin!.destroy();
      await exit;
    }
    await rm(path, { force: true });
    await namespace.run('ip', ['link', 'del', near]);
    if (!options.namespace) await namespace.close();
  };

  try {
    const plugged = await namespace.run('sh', ['-e', '-c', plug(internet)]);
    if (plugged.code !== 0) throw new Error(`The lab's cable could not be laid: ${plugged.stderr.trim()}`);
    const args = [near, far, path, fates, spinUs, priority].map(String);
    const [file, words] = onProcessors(processor?.toString(), program, args);
    child = namespace.spawn(file, words, { stdio: ['pipe', 'pipe', 'pipe'] });
    let complaint = '';
    child.stderr!.on('data', (text) => {
      complaint += text;
    });
    child.stdin!.on('error', () => {}); // its end is told by its exit
    const said = createInterface({ input: child.stdout! });
    const answers = said[Symbol.asyncIterator]();
    // Between questions the pipe does not keep this process alive.
    const pipe = child.stdout as unknown as { ref(): void; unref(): void };
    const answer = async () => {
      pipe.ref();
      const { value, done } = await answers.next();
      pipe.unref();
      if (done) throw new Error(`The simulated internet has ended: ${complaint.trim() || 'no reason given'}`);
      return value;
    };
    const say = (lines: readonly string[]) => child!.stdin!.write(lines.map((line) => `${line}\n`).join(''));
    say([...compiled.lines, 'go']);
    const scheduled = (await answer()).replace('ready ', '');
    truth = new TruthReader(path, compiled);
    await rm(path); // both ends have it open: from here on nothing is left behind, whoever dies
    const reader = truth;
    for (const handle of [child, child.stdin, child.stdout, child.stderr]) {
      (handle as unknown as { unref(): void }).unref();
    }

    return {
      namespace,
      command: namespace.command,
      run: namespace.run,
      spawn: namespace.spawn,
      home: internet.home,
      scheduled,
      async truth() {
        for (let waited = 0; reader.health().inFlight > 0 && waited < 5000; waited += 5) await sleep(5);
        return reader.read();
      },
      health: () => reader.health(),
      async change(change) {
        say([...compiled.change(change), 'sync changed']);
        const done = await answer();
        if (complaint || done !== 'synced changed') throw new Error(`Not changed: ${complaint.trim()}`);
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** No address resolution and no other chatter on the cable; everything goes out by it. */
function plug({ home }: Internet): string {
  return [
    `ip link add ${near} type veth peer name ${far}`,
    `ip link set ${near} arp off`,
    `ip link set ${far} arp off`,
    `sysctl -qw net.ipv6.conf.${far}.disable_ipv6=1 net.ipv6.conf.${near}.router_solicitations=0`,
    `ip link set ${far} up`,
    `ip link set ${near} up`,
    ...(home.v4
      ? [`ip addr add ${home.v4}/32 dev ${near}`, `ip route add default dev ${near} src ${home.v4}`]
      : []),
    ...(home.v6
      ? [`ip addr add ${home.v6}/128 dev ${near} nodad`, `ip -6 route add default dev ${near} src ${home.v6}`]
      : []),
  ].join('\n');
}
