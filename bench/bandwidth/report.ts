import { median } from '../shared/quantiles.js';
import { table } from '../shared/table.js';
import { answering, criteria, kind } from './criteria.js';
import type { Figure, Level } from './instrument.js';
import type { Judged, JudgedHop } from './judge.js';
import { pcharSettings } from './pchar.js';

const tools: readonly (readonly [Level, string])[] = [
  ['quick', 'Locator, quick'],
  ['thorough', 'Locator, thorough'],
  ['pairs', 'naive packet pairs, 20 per hop'],
  ['pchar', `pchar, ${pcharSettings}`],
];

/** Tables for people, of all that was measured. */
export function report(judged: readonly Judged[], machine: string): string {
  const all = criteria(judged);
  const against = all.flatMap(({ name, against = [] }) =>
    against.map(({ on, ...hop }) => `${name}: ${on.path}, ${on.level}:${describeHop(hop)}`),
  );
  const verdicts = all.map(({ name, figures, holds }) => [
    name,
    holds === null ? 'not shown' : holds ? 'holds' : 'FAILS',
    figures,
  ]);
  const unread = judged.filter(({ unread }) => unread > 0).length;
  return [
    `\n${judged.length} traces. ${machine}`,
    ...(unread === 0 ? [] : [`The simulated network did not keep up with ${unread} of them.`]),
    ...section('In brackets: what is asked', ['', 'holds', 'figures'], verdicts),
    ...(against.length === 0 ? [] : [`What speaks against it:\n\n${against.join('\n')}`]),
    ...section('Why there is no estimate', ['', 'cause', 'hops'], reasons(judged)),
    ...section(
      'Side by side',
      [
        '',
        'paths',
        'hops',
        'estimates',
        'bounds',
        'within 10 %',
        'over 25 % off',
        'median error',
        'kB per path',
        's per path',
      ],
      sideBySide(judged),
    ),
  ].join('\n\n');
}

function section(title: string, head: readonly string[], rows: readonly (string | number)[][]): string[] {
  return rows.length === 0 ? [] : [`${title}:`, table(head, rows)];
}

function reasons(judged: readonly Judged[]): [string, string, number][] {
  const counts = new Map<string, number>();
  for (const { part, level, hops } of judged) {
    if (level !== 'quick' && level !== 'thorough') continue;
    for (const { capacity } of hops) {
      if (capacity.kind === 'estimate') continue;
      const key = `${part}, ${level}\t${capacity.kind}: ${capacity.cause}`;
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
  }
  return [...counts].map(([key, count]) => [...(key.split('\t') as [string, string]), count]);
}

/** Accuracy, bytes and time on the same paths in the same run. */
function sideBySide(judged: readonly Judged[]): (string | number)[][] {
  return tools.flatMap(([level, name]) => {
    const paths = judged.filter((one) => one.part === 'peers' && one.level === level);
    if (paths.length === 0) return [];
    const hops = answering(paths);
    const numbers = kind(hops, 'estimate').map(({ error }) => Math.abs(error!));
    const share = (some: number) => (numbers.length === 0 ? 'none' : percent(some / numbers.length));
    const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    return [
      [
        name,
        paths.length,
        hops.length,
        numbers.length,
        kind(hops, 'at-least').length,
        share(numbers.filter((error) => error <= 0.1).length),
        share(numbers.filter((error) => error > 0.25).length),
        numbers.length === 0 ? 'none' : percent(median(numbers)),
        (mean(paths.map(({ bytes }) => bytes)) / 1000).toFixed(0),
        (mean(paths.map(({ tookMs }) => tookMs)) / 1000).toFixed(1),
      ],
    ];
  });
}

/** One trace, hop by hop. */
export function describe({
  path,
  traits,
  level,
  hops,
  bytes,
  packets,
  tookMs,
  firstMs,
  rttMs,
}: Judged): string {
  const first = firstMs === null ? '' : `, first hop after ${firstMs.toFixed(0)}`;
  return [
    `${[path, ...traits, level].join(', ')}: ${bytes} bytes in ${packets} packets, ${tookMs.toFixed(0)} ms${first}, RTT ${rttMs.toFixed(1)} ms`,
    ...hops.map(describeHop),
  ].join('\n');
}

function sayFigure(capacity: Figure): string {
  if (capacity.kind === 'unmeasured') return `${capacity.cause}: ${capacity.reason}`;
  const mbps = rounded(capacity.mbps);
  if (capacity.kind === 'at-least') return `${mbps}, ${capacity.cause}: ${capacity.reason}`;
  return `${mbps} (${rounded(capacity.low)} to ${rounded(capacity.high)})`;
}

function describeHop({ ttl, truth, capacity, error, answered, limited }: JudgedHop): string {
  const said = sayFigure(capacity);
  const off = error === null ? '' : `${error < 0 ? '' : '+'}${percent(error)}`;
  return `  ${String(ttl).padStart(2)} ${rounded(truth).padStart(6)} ${capacity.kind.padEnd(10)} ${off.padStart(8)} ${said} [${answered} answered${limited ? `, ${limited} limited` : ''}]`;
}

const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
const rounded = (mbps: number) => String(Number(mbps.toPrecision(4)));
