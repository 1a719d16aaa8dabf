// The way to a host, hop by hop, as each is found:  node examples/hello-trace.js example.com
import { trace } from '@locator/probe';

const target = process.argv[2] ?? '127.0.0.1';
const way = trace(target);

for await (const hop of way) {
  const rtt = hop.rtt === null ? '' : `${hop.rtt.median.toFixed(3)} ms`;
  const lost =
    hop.loss.verdict === 'none' ? '' : `${Math.round(hop.loss.ratio * 100)}% missing (${hop.loss.verdict})`;
  console.log(String(hop.ttl).padStart(2), (hop.address ?? '*').padEnd(39), rtt.padStart(12), lost);
}

const { address, reached, end, durationMs, stamps } = await way.result;
console.log(
  `${address} ${reached ? 'reached' : `not reached (${end})`} in ${durationMs.toFixed(0)} ms, ${stamps} time stamps`,
);
