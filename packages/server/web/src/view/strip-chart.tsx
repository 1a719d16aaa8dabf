import { ms } from '../model/figures.js';
import { ticks } from '../model/scale.js';
import { MISSED, NOT_ASKED } from '../model/strip.js';
import type { WatchRun } from '../model/watch-run.js';
import { say } from '../words/words.js';
import { useSize } from './use-size.js';

const HEIGHT = 190;
const MARGIN = { left: 44, right: 12, top: 18, bottom: 26 };

/** The RTTs of one hop in the newest rounds; a mark on the ground where an answer is missing. */
export function StripChart({ run, ttl }: { run: WatchRun; ttl: number }) {
  const [element, { width }] = useSize<HTMLDivElement>();
  const round = run.round.value?.round ?? 0;
  const hop = run.hop(ttl).value;
  const outcomes = [...(run.strip(ttl) ?? [])];
  const rtts = outcomes.filter((outcome) => typeof outcome === 'number');
  const usual = hop.rtt?.median;
  const steps = ticks(Math.min(...rtts, usual ?? Infinity), Math.max(0, ...rtts, usual ?? 0), 3);
  const [least, largest] = [steps[0]!, steps.at(-1)!];
  const ground = HEIGHT - MARGIN.bottom;
  const gap = (width - MARGIN.left - MARGIN.right) / Math.max(1, outcomes.length - 1);
  const x = (index: number) => MARGIN.left + gap * index;
  const y = (value: number) => ground - ((ground - MARGIN.top) * (value - least)) / (largest - least);

  let path = '';
  let misses = '';
  let pen = 'M';
  for (const [index, outcome] of outcomes.entries()) {
    if (typeof outcome === 'number') {
      // A single answer between two misses is still a dot, for the pen's ends are round.
      path += `${pen}${x(index).toFixed(1)} ${y(outcome).toFixed(1)}${pen === 'M' ? 'h0' : ''}`;
    }
    if (outcome === MISSED) misses += `M${x(index).toFixed(1)} ${ground}v-10`;
    if (outcome !== NOT_ASKED) pen = outcome === MISSED ? 'M' : 'L';
  }
  const name = hop.ip === '*' ? say('silent') : (hop.hostname ?? hop.ip);
  return (
    <section class="card strip" aria-label={say('watch.strip', { hop: ttl })}>
      <header>
        <h2>{say('watch.strip', { hop: ttl })}</h2>
        <p class="muted">
          {name} · {say('watch.strip.hint')}
        </p>
      </header>
      <div ref={element} class="chart">
        {width > 0 && (
          <svg width={width} height={HEIGHT} role="img" aria-label={summary(hop)}>
            {steps.map((one) => (
              <g key={one} class="grid">
                <line x1={MARGIN.left} x2={width - MARGIN.right} y1={y(one)} y2={y(one)} />
                <text x={MARGIN.left - 6} y={y(one) + 4} text-anchor="end">
                  {one}
                </text>
              </g>
            ))}
            <text x={MARGIN.left - 6} y={10} text-anchor="end">
              ms
            </text>
            {usual !== undefined && (
              <line class="usual" x1={MARGIN.left} x2={width - MARGIN.right} y1={y(usual)} y2={y(usual)} />
            )}
            <path class="line" d={path} />
            <path class="misses" d={misses} />
            {[0, 30, 60, 90, 119].map((index) => {
              const number = round - (outcomes.length - 1 - index);
              return (
                number >= 1 && (
                  <text
                    key={index}
                    x={x(index)}
                    y={HEIGHT - 8}
                    text-anchor={index === 119 ? 'end' : 'middle'}
                  >
                    {number}
                  </text>
                )
              );
            })}
          </svg>
        )}
      </div>
    </section>
  );
}

function summary({ rtt, sent, received }: ReturnType<WatchRun['hop']>['value']): string {
  const answered = say('loss.of', { sent, received });
  if (rtt === null) return answered;
  return `${answered}; ${say('detail.rtt.values', { min: ms(rtt.min), median: ms(rtt.median), max: ms(rtt.max) })}`;
}
