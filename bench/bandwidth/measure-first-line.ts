import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fifteenHops } from '../../test/lab/descriptions.js';
import { openInternet } from '../../test/lab/internet.js';
import { keptTo, sharedOut } from '../../test/lab/processors.js';
import { urlOf } from '../../test/lab/url-of.js';
import { median } from '../shared/quantiles.js';
import { table } from '../shared/table.js';

const TARGET = '198.18.15.1';
const PROMISED_MS = 600;
const here = (file: string) => fileURLToPath(new URL(file, import.meta.url));

/** Of the service with nothing set: when the first NDJSON line of a path of 15 hops and 80 ms is there, and the last. */
export async function measureFirstLine(times: number): Promise<string> {
  const { simulation, others } = sharedOut();
  const lab = await openInternet(fifteenHops({ wires: everywhere(100) }), { processor: simulation });
  const beside = keptTo(others, lab.namespace);
  const data = await mkdtemp(join(tmpdir(), 'locator-bench-'));
  const locator = here('../../packages/server/bin/locator.js');
  const server = beside.spawn(process.execPath, [locator, 'serve', '--port', '0', '--data-dir', data], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    const url = await urlOf(server.stdout!);
    const words = ['--import', 'tsx', here('ask-service.ts'), url, TARGET, String(times)];
    const { stdout } = await beside.run(process.execPath, words, { timeoutMs: 60_000 });
    const answers: { firstMs: number; lastMs: number; lines: number; numbers: number }[] = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    const first = answers.map(({ firstMs }) => firstMs);
    const late = first.filter((ms) => ms > PROMISED_MS).length;
    return table(
      [
        'traces',
        'first line, ms: median',
        'largest',
        `over ${PROMISED_MS}`,
        'last line, ms: median',
        'hops',
        'numbers',
      ],
      [
        [
          answers.length,
          median(first).toFixed(0),
          Math.max(...first).toFixed(0),
          late,
          median(answers.map(({ lastMs }) => lastMs)).toFixed(0),
          median(answers.map(({ lines }) => lines)),
          median(answers.map(({ numbers }) => numbers)),
        ],
      ],
    );
  } finally {
    const exit = once(server, 'exit');
    server.kill('SIGTERM');
    await exit;
    await lab.close();
    await rm(data, { recursive: true });
  }
}

function everywhere(capacityMbps: number) {
  return Object.fromEntries(Array.from({ length: 15 }, (_, index) => [index + 1, { capacityMbps }]));
}
