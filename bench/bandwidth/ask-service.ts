/** Asks the service at `url` for a trace, so many times one after the other, and prints when lines came: a JSON line each. */
const [url = '', target = '', times = '1'] = process.argv.slice(2);

// The first request of a process loads the client.
await (await fetch(`${url}/api/live`)).text();
for (let turn = 0; turn < Number(times); turn++) {
  const began = performance.now();
  const response = await fetch(`${url}/api/trace?target=${target}&cache=false`, {
    headers: { accept: 'application/x-ndjson' },
  });
  let firstMs: number | null = null;
  let text = '';
  for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    if (text.includes('\n')) firstMs ??= performance.now() - began;
  }
  const lines = text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  const numbers = lines.filter(({ capacity }) => capacity.mbps !== null).length;
  console.log(JSON.stringify({ firstMs, lastMs: performance.now() - began, lines: lines.length, numbers }));
}
