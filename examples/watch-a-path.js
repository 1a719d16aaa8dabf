// Watches a path for ten rounds and tells when it changes:  node examples/watch-a-path.js example.com [rounds]
import { watch } from '@locator/probe';

const [target = '127.0.0.1', rounds = '10'] = process.argv.slice(2);

try {
  let last;
  for await (const round of watch(target, { rounds: Number(rounds), intervalMs: 200 })) {
    for (const { ttl, from, to } of round.changes) console.log(`hop ${ttl} is ${to} now, not ${from}`);
    last = round;
  }
  for (const { ttl, address, rtt, sent, received, loss } of last.hops) {
    const times = rtt === null ? '' : `${rtt.median.toFixed(3)} ms, p95 ${rtt.p95.toFixed(3)} ms`;
    console.log(
      `${String(ttl).padStart(2)} ${address ?? '*'}  ${received} of ${sent}  ${times}  ${loss.verdict}`,
    );
  }
  process.exitCode = last.reached ? 0 : 1;
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
