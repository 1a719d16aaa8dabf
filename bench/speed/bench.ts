/**
 * How long a trace of 15 hops and 80 ms takes, three probes per hop, `RUNS` runs each. Time runs from the first
 * packet on the wire, as the simulated network dates it, until the tool has its result (libraries) or has ended
 * (programs). Beside it: from the call, or from the start of the process. Names of paths, after `speed`, choose
 * some of them.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type InternetLab, openInternet } from '../../test/lab/internet.js';
import { runInside } from '../shared/inside.js';
import { type Peer, peers, type Reading, runPeer } from '../shared/peers.js';
import { median, quantile } from '../shared/quantiles.js';
import type { Run } from '../shared/run.js';
import { machine, table } from '../shared/table.js';
import { HOPS, type Path, paths, RTT_MS, TARGET } from './paths.js';

const RUNS = Number(process.env.RUNS ?? 20);

interface Time {
  /** From the first packet on. */
  readonly tookMs: number;
  /** From the call, or the start of the process, on. */
  readonly wholeMs: number;
  readonly probes: number;
  readonly readings: readonly Reading[];
}

interface Tool {
  readonly name: string;
  /** `other`: shown, but it does not send the same probes. */
  readonly kind: 'ours' | 'peer' | 'other';
  readonly probesPerHop?: number;
  /** It takes seconds, over lossy paths half a minute: runs less often. */
  readonly slow?: boolean;
  time(lab: InternetLab): Promise<Time>;
}

async function timeOf(
  lab: InternetLab,
  endedAt: number,
  wholeMs: number,
  readings: readonly Reading[],
): Promise<Time> {
  const fates = await lab.truth();
  const first = Math.min(...fates.map(({ sentAt }) => Number(sentAt) / 1e6));
  return { tookMs: endedAt - first, wholeMs, probes: fates.length, readings };
}

const script = (file: string, ...args: string[]) => ({
  async time(lab: InternetLab) {
    const url = new URL(`../shared/${file}`, import.meta.url);
    const [run] = await runInside<Run>(lab, url, [TARGET, '1', ...args]);
    const { startedAt, tookMs, readings } = run!;
    return timeOf(lab, startedAt + tookMs, tookMs, readings);
  },
});

const program = (peer: Peer) => ({
  name: peer.name,
  async time(lab: InternetLab) {
    const { tookMs, endedAt, readings } = await runPeer(lab, peer, TARGET);
    return timeOf(lab, endedAt, tookMs, readings);
  },
});

const data = await mkdtemp(join(tmpdir(), 'locator-bench-'));
const bin = fileURLToPath(new URL('../../packages/server/bin/locator.js', import.meta.url));
const command: Peer = {
  name: 'locator trace --json',
  command: (target) => [
    process.execPath,
    [bin, 'trace', '--json', '--no-dns', '--no-bandwidth', '--data-dir', data, target],
  ],
  read: (output) =>
    output
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line))
      .map(({ hop, rtt }) => ({ ttl: hop, rttsMs: Array(rtt?.samples ?? 0).fill(rtt?.median) })),
};
const [traceroute, mtr, scamper] = ['traceroute', 'mtr', 'scamper'].map(
  (name) => peers.find((peer) => peer.name === name)!,
) as [Peer, Peer, Peer];
const wide: Peer = {
  name: 'traceroute -N 48',
  command: (target) => ['traceroute', ['-n', '-I', '-q', '3', '-N', '48', target]],
  read: traceroute.read,
};

const tools: readonly Tool[] = [
  ...['native', 'unprivileged', 'raw-socket'].map(
    (socket): Tool => ({ name: `Locator, ${socket}`, kind: 'ours', ...script('locator.mjs', socket) }),
  ),
  { kind: 'ours', ...program(command) },
  { kind: 'peer', ...program(traceroute) },
  { kind: 'other', ...program(wide) },
  { kind: 'peer', slow: true, ...program(mtr) },
  { kind: 'peer', slow: true, ...program(scamper) },
  {
    name: 'net-ping, 1 probe per hop',
    kind: 'other',
    probesPerHop: 1,
    slow: true,
    ...script('net-ping.cjs'),
  },
];

/** Where nothing is lost, a tool that has not every RTT has not finished. */
function check({ name, probesPerHop = 3 }: Tool, { readings }: Time): void {
  for (let ttl = 1; ttl <= HOPS; ttl++) {
    const at = readings.filter((reading) => reading.ttl === ttl).flatMap(({ rttsMs }) => rttsMs);
    const answered = at.filter((rtt) => rtt !== null).length;
    if (answered < probesPerHop) throw new Error(`${name}: ${answered} RTTs at hop ${ttl}`);
  }
}

async function timesOf(tool: Tool, { internet, lossless }: Path): Promise<Time[]> {
  const times: Time[] = [];
  const runs = !tool.slow ? RUNS : lossless ? Math.ceil(RUNS / 10) : 1;
  for (let run = 0; run < runs; run++) {
    // A fresh network for each run: routers' limits have recovered, and every tool meets the same losses.
    const lab = await openInternet(internet(run + 1));
    try {
      const time = await tool.time(lab);
      if (lossless) check(tool, time);
      times.push(time);
    } finally {
      await lab.close();
    }
  }
  return times;
}

/** Measures every tool on one path and prints the table; whether Locator is within its limit. */
async function measure(path: Path): Promise<boolean> {
  const results = [];
  for (const tool of tools) {
    if (!path.tools.includes(tool.kind) || (tool.kind === 'other' && tool.slow && !path.lossless)) continue;
    console.error(`${path.title}: ${tool.name} …`);
    const times = await timesOf(tool, path);
    const took = times.map(({ tookMs }) => tookMs);
    results.push({
      tool,
      runs: times.length,
      probes: median(times.map(({ probes }) => probes)),
      tookMs: median(took),
      p95Ms: quantile(took, 0.95),
      wholeMs: median(times.map(({ wholeMs }) => wholeMs)),
    });
  }
  const ofPeers = results.filter(({ tool }) => tool.kind === 'peer').sort((a, b) => a.tookMs - b.tookMs);
  const fastest = ofPeers[0];
  const ratio = (peerMs: number | undefined, ms: number) =>
    peerMs === undefined ? '' : (peerMs / ms).toFixed(2);
  console.log(`\n${path.title}${fastest ? `; the fastest peer is ${fastest.tool.name}` : ''}\n`);
  console.log(
    table(
      ['', 'runs', 'probes', 'ms', '× RTT', 'p95', 'peer ÷ this', 'whole ms', 'whole: peer ÷ this'],
      results.map(({ tool, runs, probes, tookMs, p95Ms, wholeMs }) => [
        tool.name,
        runs,
        probes,
        tookMs.toFixed(1),
        (tookMs / RTT_MS).toFixed(2),
        p95Ms.toFixed(1),
        ratio(fastest?.tookMs, tookMs),
        wholeMs.toFixed(1),
        ratio(fastest?.wholeMs, wholeMs),
      ]),
    ),
  );
  const slow = results.filter(({ tool, tookMs }) => tool.name.startsWith('Locator') && tookMs > path.limitMs);
  for (const { tool } of slow) console.log(`\n${tool.name} is above the limit of ${path.limitMs} ms`);
  return slow.length === 0;
}

const wanted = process.argv.slice(3);
const chosen = Object.entries(paths).filter(([name]) => wanted.length === 0 || wanted.includes(name));
if (chosen.length < wanted.length) throw new Error(`Paths are ${Object.keys(paths).join(', ')}`);
try {
  console.log(
    `15 hops, largest RTT ${RTT_MS} ms, 3 probes per hop, ICMP (unprivileged: UDP). ${await machine()}`,
  );
  for (const [, path] of chosen) if (!(await measure(path))) process.exitCode = 1;
} finally {
  await rm(data, { recursive: true });
}
