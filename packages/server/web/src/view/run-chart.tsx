import { ms } from '../model/figures.js';
import { ticks } from '../model/scale.js';
import { timeTicks } from '../model/time-scale.js';
import { latencyAt, type Run, type Variant, type Where } from '../model/variants.js';
import { language } from '../preferences.js';
import { say } from '../words/words.js';
import { moment } from './duration.js';
import { useSize } from './use-size.js';

const HEIGHT = 240;
const MARGIN = { left: 44, right: 14, top: 16, bottom: 44 };
/** The band below the chart that shows each run's way. */
const BAND = { top: HEIGHT - 38, height: 12 };

interface Props {
  /** Newest first. */
  readonly runs: readonly Run[];
  readonly variants: readonly Variant[];
  readonly where: Where;
  readonly onWhere: (where: Where) => void;
  readonly picked: readonly string[];
  readonly onPick: (id: number) => void;
}

/** Runs on a timeline: latency of one hop above, and below the way that each took, by colour and letter. */
export function RunChart({ runs, variants, where, onWhere, picked, onPick }: Props) {
  const [element, { width }] = useSize<HTMLDivElement>();
  const longest = Math.max(...runs.map(({ result }) => result.length));
  const variantOf = new Map(variants.flatMap((variant) => variant.runs.map((run) => [run.id, variant])));
  const points = runs
    .map((run) => ({
      run,
      variant: variantOf.get(run.id)!,
      at: Date.parse(run.started_at),
      latency: latencyAt(run, where),
    }))
    .reverse();

  const span = { from: points[0]!.at, to: points.at(-1)!.at };
  const room = Math.max(30_000, 0.02 * (span.to - span.from));
  const [from, to] = [span.from - room, span.to + room];
  const latencies = points.map(({ latency }) => latency).filter((latency) => latency !== null);
  const steps = ticks(Math.min(...latencies), Math.max(0, ...latencies));
  const [least, largest] = [steps[0]!, steps.at(-1)!];
  const x = (at: number) => MARGIN.left + ((width - MARGIN.left - MARGIN.right) * (at - from)) / (to - from);
  const y = (value: number) =>
    HEIGHT - MARGIN.bottom - ((HEIGHT - MARGIN.top - MARGIN.bottom) * (value - least)) / (largest - least);
  return (
    <section class="card runs" aria-label={say('history.runs')}>
      <header>
        <h2>{say('history.runs')}</h2>
        <label class="inline">
          {say('history.where')}
          <select
            value={String(where)}
            onChange={({ currentTarget: { value } }) => onWhere(value === 'end' ? 'end' : Number(value))}
          >
            <option value="end">{say('history.destination')}</option>
            {Array.from({ length: longest }, (_, index) => (
              <option key={index} value={String(index + 1)}>
                {hopName(runs, index + 1)}
              </option>
            ))}
          </select>
        </label>
      </header>
      <div ref={element} class="chart">
        {width > 0 && (
          <svg
            width={width}
            height={HEIGHT}
            role="img"
            aria-label={say('history.chart', { count: runs.length, ways: variants.length })}
          >
            {steps.map((step) => (
              <g key={step} class="grid">
                <line x1={MARGIN.left} x2={width - MARGIN.right} y1={y(step)} y2={y(step)} />
                <text x={MARGIN.left - 6} y={y(step) + 4} text-anchor="end">
                  {step}
                </text>
              </g>
            ))}
            <text x={MARGIN.left - 6} y={10} text-anchor="end">
              ms
            </text>
            {timeTicks(from, to, Math.max(2, Math.floor(width / 110)), localeOf()).map(({ at, label }) => (
              <text key={at} x={x(at)} y={HEIGHT - 6} text-anchor="middle">
                {label}
              </text>
            ))}
            <path class="line" d={line(points, x, y)} />
            {points.map(({ run, variant, at, latency }) => {
              const isPicked = picked.includes(String(run.id));
              return (
                <g
                  key={run.id}
                  class={`run way-${variant.colour} ${isPicked ? 'picked' : ''}`}
                  onClick={() => onPick(run.id)}
                >
                  <title>{`${moment(run.started_at)}\n${say('history.way', { name: variant.name })}, ${ms(latency)} ms`}</title>
                  <rect x={x(at) - 2} y={BAND.top} width="4" height={BAND.height} rx="1" />
                  {latency !== null && <circle cx={x(at)} cy={y(latency)} r={isPicked ? 6 : 4} />}
                  {isPicked && <line x1={x(at)} x2={x(at)} y1={MARGIN.top} y2={BAND.top} />}
                </g>
              );
            })}
          </svg>
        )}
      </div>
    </section>
  );
}

interface Point {
  readonly at: number;
  readonly latency: number | null;
}

function line(points: readonly Point[], x: (at: number) => number, y: (value: number) => number): string {
  let path = '';
  let pen = 'M';
  for (const { at, latency } of points) {
    if (latency !== null) path += `${pen}${x(at).toFixed(1)} ${y(latency).toFixed(1)}`;
    pen = latency === null ? 'M' : 'L';
  }
  return path;
}

/** The TTL with who answered there last. */
function hopName(runs: readonly Run[], ttl: number): string {
  const hop = runs.map(({ result }) => result[ttl - 1]).find((one) => one !== undefined && one.ip !== '*');
  return `${ttl}  ${hop === undefined ? say('silent') : (hop.hostname ?? hop.ip)}`;
}

function localeOf(): string {
  return language.value === 'zh' ? 'zh-CN' : 'en-GB';
}
