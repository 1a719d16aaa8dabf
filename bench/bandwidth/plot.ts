import { answering } from './criteria.js';
import type { Figure } from './instrument.js';
import type { Judged, JudgedHop } from './judge.js';

const SIZE = 480;
const MARGIN = 56;
/** Both axes, Mbit/s. */
const [LOW, HIGH] = [1, 2000];
const ticks = [1, 10, 100, 1000];

const at = (mbps: number) =>
  (Math.log(Math.min(HIGH, Math.max(LOW, mbps)) / LOW) / Math.log(HIGH / LOW)) * SIZE;
const x = (mbps: number) => (MARGIN + at(mbps)).toFixed(1);
const y = (mbps: number) => (16 + SIZE - at(mbps)).toFixed(1);

/**
 * What the levels of Locator say against the truth, as an SVG image: a dot with its interval for each estimate, a pale
 * triangle for each lower bound, a grey cross for each estimate by naive pairs. The band is 10 % to either side.
 */
export function plot(judged: readonly Judged[]): string {
  /** Hops behind the same link say the same: each mark once. */
  const marks = (levels: readonly string[], kind: Figure['kind'], draw: (hop: JudgedHop) => string) => {
    const some = answering(judged.filter(({ part, level }) => part !== 'kernel' && levels.includes(level)));
    return [...new Set(some.filter(({ capacity }) => capacity.kind === kind).map(draw))].join('');
  };
  const ours = ['quick', 'thorough'];
  const width = SIZE + MARGIN + 16;
  const height = SIZE + MARGIN + 8;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12">
<title>Estimated capacity against the truth</title>
<rect width="${width}" height="${height}" fill="#fff"/>
<polygon points="${band()}" fill="#e4efe4"/>
<line x1="${x(LOW)}" y1="${y(LOW)}" x2="${x(HIGH)}" y2="${y(HIGH)}" stroke="#7a9a7a"/>
${ticks.map(grid).join('\n')}
<rect x="${MARGIN}" y="16" width="${SIZE}" height="${SIZE}" fill="none" stroke="#444"/>
<text x="${MARGIN + SIZE / 2}" y="${SIZE + MARGIN}" text-anchor="middle">narrowest link so far, Mbit/s</text>
<text transform="translate(14 ${16 + SIZE / 2}) rotate(-90)" text-anchor="middle">estimate, Mbit/s</text>
<g stroke="#a9c4e0" fill="none">${marks(ours, 'at-least', triangle)}${legend(1, '-4 3h8l-4 -7z', 'at least')}</g>
<g stroke="#888" fill="none">${marks(['pairs'], 'estimate', cross)}${legend(2, '-2 -2l4 4m0 -4l-4 4', 'naive packet pairs')}</g>
<g stroke="#1f5fa8" fill="#1f5fa8">${marks(ours, 'estimate', dot)}${legend(0, '-4 0h8m-4 -4v8', 'estimate, 95 %')}</g>
</svg>
`;
}

function band(): string {
  const edge = (share: number) => [LOW, HIGH].map((mbps) => `${x(mbps)},${y(mbps * share)}`);
  return [...edge(0.9), ...edge(1.1).reverse()].join(' ');
}

function grid(mbps: number): string {
  return (
    `<path d="M${x(mbps)} 16V${16 + SIZE}M${MARGIN} ${y(mbps)}h${SIZE}" stroke="#ddd"/>` +
    `<text x="${x(mbps)}" y="${SIZE + 32}" text-anchor="middle">${mbps}</text>` +
    `<text x="${MARGIN - 6}" y="${Number(y(mbps)) + 4}" text-anchor="end">${mbps}</text>`
  );
}

function dot({ truth, capacity }: JudgedHop): string {
  if (capacity.kind !== 'estimate') return '';
  const { mbps, low, high } = capacity;
  return `<path d="M${x(truth)} ${y(low)}V${y(high)}"/><circle cx="${x(truth)}" cy="${y(mbps)}" r="2"/>`;
}

function triangle({ truth, capacity }: JudgedHop): string {
  if (capacity.kind === 'unmeasured') return '';
  return `<path d="M${x(truth)} ${y(capacity.mbps)}m-3 2h6l-3 -5z"/>`;
}

function cross({ truth, capacity }: JudgedHop): string {
  if (capacity.kind === 'unmeasured') return '';
  return `<path d="M${x(truth)} ${y(capacity.mbps)}m-2 -2l4 4m0 -4l-4 4"/>`;
}

/** A line of the legend: a mark, drawn from its middle, and what it is. */
function legend(row: number, mark: string, text: string): string {
  const [left, top] = [MARGIN + 16, 36 + 18 * row];
  return `<path d="M${left} ${top}m${mark}"/><text x="${left + 12}" y="${top + 4}" stroke="none" fill="#000">${text}</text>`;
}
