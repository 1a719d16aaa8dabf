// Reads a trace from a running server line by line:  node examples/follow-the-stream.js example.com
const target = process.argv[2] ?? '127.0.0.1';
const server = process.env.LOCATOR_URL ?? 'http://127.0.0.1:8000';

const response = await fetch(`${server}/api/trace?target=${encodeURIComponent(target)}&cache=false`);
if (!response.ok) {
  console.error((await response.json()).error);
  process.exit(1);
}

// One JSON object per line and per hop, in order of TTL; a chunk may hold parts of lines.
let rest = '';
for await (const text of response.body.pipeThrough(new TextDecoderStream())) {
  const lines = (rest + text).split('\n');
  rest = lines.pop();
  for (const line of lines) show(JSON.parse(line));
}

function show(hop) {
  const latency = hop.latency === null ? '' : `${hop.latency} ms`;
  const threats = hop.threats.map(({ list }) => `listed on ${list}`).join(', ');
  console.log(
    [hop.hop, hop.ip, latency, `${hop.packet_loss} lost`, hop.location, hop.isp, threats].join('  '),
  );
}
