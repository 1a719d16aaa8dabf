import { readFile, rm } from 'node:fs/promises';
import type { InternetLab } from '../../test/lab/internet.js';
import type { Run } from './run.js';

/** The same probes with scamper: three ICMP probes of a constant flow to each TTL of each target. */
export async function runScamper(lab: InternetLab, file: string, rate: number): Promise<Run> {
  const output = `${file}.scamper`;
  const scamper = `scamper -p ${rate} -O json -o ${output} -c 'trace -P icmp-paris -q 3 -Q' -f ${file}`;
  const began = performance.now();
  // The shell adds up what it and all processes it has waited for took, to the millisecond.
  const { code, stderr } = await lab.run('bash', ['-c', `TIMEFORMAT='%R %U %S'; time ${scamper}`], {
    timeoutMs: 300_000,
  });
  const [, userS, systemS] = stderr.trim().split('\n').at(-1)!.split(' ').map(Number);
  if (code !== 0 || !(userS! + systemS! > 0)) throw new Error(`scamper failed: ${stderr.trim()}`);
  const tookMs = performance.now() - began;
  const lines = (await readFile(output, 'utf8')).split('\n').filter((line) => line !== '');
  await rm(output);
  const traces = lines.map((line) => JSON.parse(line)).filter(({ type }) => type === 'trace');
  const paths = traces.map((trace) => ({ target: trace.dst as string, hops: hopsOf(trace) }));
  return { tookMs, cpuUs: (userS! + systemS!) * 1e6, residentMb: null, paths };
}

interface ScamperTrace {
  readonly dst: string;
  readonly hops?: readonly { readonly probe_ttl: number; readonly addr: string }[];
}

function hopsOf({ dst, hops = [] }: ScamperTrace) {
  const ttls = [...new Set(hops.map(({ probe_ttl }) => probe_ttl))].sort((a, b) => a - b);
  return ttls.map((ttl) => {
    const replies = hops.filter(({ probe_ttl }) => probe_ttl === ttl);
    const addresses = [...new Set(replies.map(({ addr }) => addr))];
    return { ttl, addresses, received: replies.length, destination: addresses.includes(dst) };
  });
}
