import type { InternetLab } from '../../test/lab/internet.js';

/** One reading: what a tool printed as the n-th RTT at this TTL; null where it printed a star. */
export interface Reading {
  readonly ttl: number;
  readonly rttsMs: readonly (number | null)[];
  /** These are of the first probes sent with this TTL or a larger one. */
  readonly andBeyond?: boolean;
}

export interface Peer {
  readonly name: string;
  /** What to run, for three ICMP probes per hop. */
  command(target: string): readonly [string, readonly string[]];
  read(output: string): readonly Reading[];
}

const milliseconds = (text: string) =>
  [...text.matchAll(/([\d.]+) ms|\*/g)].map(([, rtt]) => (rtt ? Number(rtt) : null));

export const peers: readonly Peer[] = [
  {
    name: 'traceroute',
    command: (target) => ['traceroute', ['-n', '-I', '-q', '3', target]],
    read: (output) =>
      [...output.matchAll(/^ *(\d+) +(.*)$/gm)].map(([, ttl, rest]) => ({
        ttl: Number(ttl),
        rttsMs: milliseconds(rest!),
      })),
  },
  {
    name: 'mtr',
    // The raw form has every single reply in microseconds: "p <hop from 0> <rtt>"; "x" is a probe sent.
    command: (target) => ['mtr', ['-n', '--raw', '-c', '3', target]],
    read(output) {
      const byTtl = new Map<number, number[]>();
      for (const [, hop, rtt] of output.matchAll(/^p (\d+) (\d+)/gm)) {
        const ttl = Number(hop) + 1;
        byTtl.set(ttl, [...(byTtl.get(ttl) ?? []), Number(rtt) / 1000]);
      }
      return [...byTtl].map(([ttl, rttsMs]) => ({ ttl, rttsMs }));
    },
  },
  {
    name: 'scamper',
    command: (target) => ['scamper', ['-O', 'json', '-I', `trace -P icmp-paris -q 3 -Q ${target}`]],
    read(output) {
      const trace = output
        .split('\n')
        .filter((line) => line.startsWith('{'))
        .map((line) => JSON.parse(line))
        .find(({ type }) => type === 'trace');
      const byTtl = new Map<number, number[]>();
      for (const { probe_ttl, rtt } of trace?.hops ?? []) {
        byTtl.set(probe_ttl, [...(byTtl.get(probe_ttl) ?? []), rtt]);
      }
      return [...byTtl].map(([ttl, rttsMs]) => ({ ttl, rttsMs }));
    },
  },
];

/**
 * Runs a peer to its end; when that was, how long the whole process took, in milliseconds, and what it read.
 * Throws when it printed nothing.
 */
export async function runPeer(lab: InternetLab, peer: Peer, target: string) {
  const [file, args] = peer.command(target);
  const began = performance.now();
  const { stdout, stderr } = await lab.run(file, args);
  const tookMs = performance.now() - began;
  const endedAt = Date.now();
  if (stdout === '') throw new Error(`${peer.name} printed nothing: ${stderr.trim()}`);
  return { endedAt, tookMs, readings: peer.read(stdout) };
}
