import type { Hop } from '../api/hop.js';
import { ms } from '../model/figures.js';
import { focus, focused, unfocus } from '../model/focus.js';
import { ticks } from '../model/scale.js';
import { say } from '../words/words.js';
import { useSize } from './use-size.js';

const HEIGHT = 200;
const MARGIN = { left: 44, right: 12, top: 24, bottom: 26 };

/** Latency along the path: the median of each hop, and how far its samples reach. */
export function LatencyProfile({ hops }: { hops: readonly Hop[] }) {
  const [element, { width }] = useSize<HTMLDivElement>();
  const last = hops.at(-1)?.hop ?? 1;
  const steps = ticks(0, Math.max(...hops.map(({ rtt }) => rtt?.max ?? 0)));
  const largest = steps.at(-1)!;
  const inner = Math.max(0, width - MARGIN.left - MARGIN.right);
  const column = inner / Math.max(last, 6);
  const x = (ttl: number) => MARGIN.left + (ttl - 0.5) * column;
  const y = (value: number) =>
    HEIGHT - MARGIN.bottom - ((HEIGHT - MARGIN.top - MARGIN.bottom) * value) / largest;
  const measured = hops.filter(({ rtt }) => rtt !== null);
  return (
    <section class="card profile" aria-label={say('profile')}>
      <header>
        <h2>{say('profile')}</h2>
        <p class="muted">{say('profile.hint')}</p>
      </header>
      <div ref={element} class="chart">
        {width > 0 && (
          <svg width={width} height={HEIGHT} role="img" aria-label={describe(measured)}>
            {steps.map((step) => (
              <g key={step} class="grid">
                <line x1={MARGIN.left} x2={width - MARGIN.right} y1={y(step)} y2={y(step)} />
                <text x={MARGIN.left - 6} y={y(step) + 4} text-anchor="end">
                  {step}
                </text>
              </g>
            ))}
            <text class="unit" x={MARGIN.left - 6} y={12} text-anchor="end">
              ms
            </text>
            {hops.map((hop) => (
              <g
                key={hop.hop}
                class={`at ${focused.value.has(hop.hop) ? 'focused' : ''}`}
                onMouseEnter={() => focus([hop.hop])}
                onMouseLeave={unfocus}
              >
                <rect
                  class="band"
                  x={x(hop.hop) - column / 2}
                  y={MARGIN.top}
                  width={column}
                  height={HEIGHT - MARGIN.top - MARGIN.bottom}
                />
                {(column > 16 || hop.hop % 5 === 0 || hop.hop === 1) && (
                  <text class="ttl" x={x(hop.hop)} y={HEIGHT - 8} text-anchor="middle">
                    {hop.hop}
                  </text>
                )}
              </g>
            ))}
            <path class="line" d={joined(hops, x, y)} />
            <path class="line gap" d={bridges(measured, x, y)} />
            {measured.map(({ hop, rtt, threats }) => (
              <g key={hop} class={`point ${threats.length > 0 ? 'threatened' : ''}`}>
                <line class="reach" x1={x(hop)} x2={x(hop)} y1={y(rtt!.min)} y2={y(rtt!.max)} />
                <circle cx={x(hop)} cy={y(rtt!.median)} r={focused.value.has(hop) ? 6 : 4} />
              </g>
            ))}
          </svg>
        )}
      </div>
    </section>
  );
}

type Scale = (value: number) => number;

/** Through neighbours that both answer. */
function joined(hops: readonly Hop[], x: Scale, y: Scale): string {
  let path = '';
  let pen = 'M';
  for (const { hop, rtt } of hops) {
    if (rtt !== null) path += `${pen}${x(hop).toFixed(1)} ${y(rtt.median).toFixed(1)}`;
    pen = rtt === null ? 'M' : 'L';
  }
  return path;
}

/** Over hops that stay silent. */
function bridges(measured: readonly Hop[], x: Scale, y: Scale): string {
  return measured
    .slice(1)
    .map((to, index) => ({ from: measured[index]!, to }))
    .filter(({ from, to }) => to.hop > from.hop + 1)
    .map(({ from, to }) => `M${x(from.hop)} ${y(from.rtt!.median)}L${x(to.hop)} ${y(to.rtt!.median)}`)
    .join('');
}

function describe(measured: readonly Hop[]): string {
  return measured.map(({ hop, latency }) => `${hop}: ${ms(latency)} ms`).join(', ');
}
