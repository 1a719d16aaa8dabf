import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { line } from '../../test/lab/descriptions.js';
import { openInternet } from '../../test/lab/internet.js';
import { keptTo, sharedOut } from '../../test/lab/processors.js';
import { median, quantile } from '../shared/quantiles.js';
import { table } from '../shared/table.js';

const TRAINS = 100;
const LOADS = 15;

interface Train {
  readonly sentNs: number;
  readonly receivedNs: number;
}

/**
 * What the lab itself does to trains of 15 full packets between two small ones that the router behind the narrow
 * link answers: how far the dispersion of those answers is, by the host's stamps, from what the description makes it.
 */
export async function judgeLab(): Promise<string> {
  const rows = [];
  for (const mbps of [10, 100, 1000]) {
    for (const apart of [true, false]) rows.push(await judge(mbps, apart));
  }
  return table(
    [
      'Mbit/s',
      'processors',
      'trains',
      'sent within µs: median',
      'p95',
      'late µs: median',
      'p95',
      'p99',
      'dispersion off: median',
      'p95',
    ],
    rows,
  );
}

async function judge(mbps: number, apart: boolean): Promise<(string | number)[]> {
  const capacityMbps = 1000;
  const internet = line({
    delaysMs: [0.1, 0.5, 2, 5],
    wires: { 1: { capacityMbps }, 2: { capacityMbps: mbps }, 3: { capacityMbps }, 4: { capacityMbps } },
  });
  const { simulation, others } = apart ? sharedOut() : {};
  const lab = await openInternet(internet, { processor: simulation });
  try {
    const args = ['198.18.4.1', TRAINS, LOADS, 2].map(String);
    const script = fileURLToPath(new URL('trains.ts', import.meta.url));
    const child = keptTo(others, lab.namespace).spawn(
      process.execPath,
      ['--import', 'tsx', script, ...args],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    const trains: Train[] = [];
    for await (const text of createInterface({ input: child.stdout! })) trains.push(JSON.parse(text));
    const fates = (await lab.truth()).filter(({ transport }) => transport === 'udp');
    const late = fates.flatMap(({ answer, rttMs, dueMs }) => (answer ? [(rttMs - dueMs) * 1000] : []));
    const markers = fates
      .filter(({ hopLimit }) => hopLimit === 2)
      .sort((a, b) => (a.sentAt < b.sentAt ? -1 : 1));
    const due = Array.from({ length: markers.length / 2 }, (_, train) => {
      const [first, last] = [markers[2 * train]!, markers[2 * train + 1]!];
      return Number(last.sentAt - first.sentAt) + (last.dueMs - first.dueMs) * 1e6;
    });
    const off = trains.map(({ receivedNs }, index) => Math.abs(receivedNs / due[index]! - 1));
    const spans = trains.map(({ sentNs }) => sentNs / 1000);
    const percent = (share: number) => `${(100 * share).toFixed(2)} %`;
    return [
      mbps,
      apart ? 'one each' : 'shared',
      trains.length,
      ...[median(spans), quantile(spans, 0.95)].map((us) => us.toFixed(0)),
      ...[median(late), quantile(late, 0.95), quantile(late, 0.99)].map((us) => us.toFixed(1)),
      percent(median(off)),
      percent(quantile(off, 0.95)),
    ];
  } finally {
    await lab.close();
  }
}
