import { openRouters } from '../../test/lab/routers.js';
import { type Level, openInstrument } from './instrument.js';
import { errorOf, type Judged } from './judge.js';

/** Token bucket filters count Ethernet's header too: of a full frame so much is the IP packet. */
const IP_SHARE = 1500 / 1514;
const ETHERNET = 14;

/**
 * Real Linux routers, r1 to r3 and a target, with a token bucket filter on the link from r2 to r3. With
 * `unlimited` they make as many ICMP errors as they are asked for, else as many as Linux does by default. What the
 * links before r3 can carry nobody knows.
 */
export async function measureRouters(
  mbps: number,
  unlimited: boolean,
  levels: readonly Exclude<Level, 'pchar'>[],
): Promise<Judged[]> {
  const judged: Judged[] = [];
  for (const level of levels) {
    const lab = await openRouters({
      stages: ['r1', 'r2', 'r3', 'target'],
      shaped: { 'r2>r3': { mbps } },
      ...(unlimited && {
        sysctls: { 'net.ipv4.icmp_ratelimit': 0, 'net.ipv4.icmp_msgs_per_sec': 1_000_000 },
      }),
    });
    const instrument = openInstrument(lab);
    const sent = async () => {
      const { stdout } = await lab.run('ip', ['-s', '-j', 'link', 'show', 'dev', 'to-r1']);
      const { bytes, packets } = JSON.parse(stdout)[0].stats64.tx;
      return { bytes: bytes - ETHERNET * packets, packets };
    };
    try {
      const before = await sent();
      const answer = await instrument.ask({ target: lab.target.v4, level, hops: lab.hops.length });
      const after = await sent();
      judged.push({
        part: 'kernel',
        path: `${mbps} Mbit/s, ${unlimited ? 'no ICMP limits' : 'ICMP limits of Linux'}`,
        traits: [],
        level,
        hops: answer.hops.map(({ ttl, address, capacity }) => {
          const truth = ttl <= 2 ? Number.POSITIVE_INFINITY : mbps * IP_SHARE;
          const error = errorOf(capacity, truth);
          return { ttl, truth, capacity, error, answered: address === null ? 0 : 1, limited: null };
        }),
        packets: after.packets - before.packets,
        bytes: after.bytes - before.bytes,
        lost: 0,
        tookMs: answer.tookMs,
        firstMs: answer.firstMs,
        withoutMs: null,
        rttMs: 0,
        unread: 0,
      });
    } finally {
      await instrument.close();
      await lab.close();
    }
  }
  return judged;
}
