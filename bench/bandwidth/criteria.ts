import { median, quantile } from '../shared/quantiles.js';
import type { Judged, JudgedHop } from './judge.js';

/** The figures that show something, and whether it holds; null where nothing was there to show it. */
interface Verdict {
  readonly figures: string;
  readonly holds: boolean | null;
  /** Hops that speak against it. */
  readonly against?: readonly PlacedHop[];
}

/** A hop and the trace that it is of. */
export interface PlacedHop extends JudgedHop {
  readonly on: Judged;
}

/** One thing that has to hold. */
export interface Criterion extends Verdict {
  readonly name: string;
}

const QUICK_BYTES = 300_000;
const QUICK_EXTRA_MS = 300;
const THOROUGH_MS = 10_000;
/** Up to here quick has to give most hops a number. */
const NARROW_MBPS = 300;

/** What is promised, of everything that was measured; nothing of parts that were not. */
export function criteria(judged: readonly Judged[]): Criterion[] {
  const of = (part: string, ...levels: readonly string[]) =>
    judged.filter((one) => one.part === part && levels.includes(one.level));
  const quiet = of('quiet', 'quick');
  const wide = [...quiet, ...of('gigabit', 'quick')];
  const hostile = of('hostile', 'quick', 'thorough');
  const all: readonly (readonly [string, readonly Judged[], (paths: readonly Judged[]) => Verdict])[] = [
    [`quiet, quick, at most ${NARROW_MBPS} Mbit/s so far`, quiet, judgeNarrow],
    ['1 Gbit/s so far, quick', wide, judgeWide],
    ['quick: what it costs', wide, judgeCost],
    ['half full of other traffic, thorough', of('busy', 'thorough'), judgeBusy],
    ['hostile paths: wrong estimates', hostile, judgeHostile],
    ['hostile paths: reasons', hostile, judgeReasons],
    ['kernel routers, 10, 50 and 100 Mbit/s', of('kernel', 'quick', 'thorough'), judgeKernel],
  ];
  return all.flatMap(([name, paths, judge]) => (paths.length === 0 ? [] : [{ name, ...judge(paths) }]));
}

export const placed = (judged: readonly Judged[]): PlacedHop[] =>
  judged.flatMap((on) => on.hops.map((hop) => ({ ...hop, on })));
export const answering = (judged: readonly Judged[]) => placed(judged).filter(({ answered }) => answered > 0);
export const kind = (hops: readonly PlacedHop[], wanted: JudgedHop['capacity']['kind']) =>
  hops.filter(({ capacity }) => capacity.kind === wanted);
const off = (hops: readonly PlacedHop[], share: number) =>
  hops.filter(({ error }) => error !== null && Math.abs(error) > share);
const above = (hops: readonly PlacedHop[], share: number) =>
  hops.filter(({ error }) => error !== null && error > share);
const worst = (hops: readonly PlacedHop[]) => Math.max(0, ...hops.map(({ error }) => Math.abs(error ?? 0)));

function judgeNarrow(paths: readonly Judged[]): Verdict {
  const hops = answering(paths).filter(({ truth }) => truth <= NARROW_MBPS);
  const estimates = kind(hops, 'estimate');
  const wrong = off(estimates, 0.25);
  const within = 1 - off(estimates, 0.1).length / estimates.length;
  return {
    figures:
      `${of(estimates, hops)} of ${hops.length} hops got an estimate (80 %), ${percent(within)} of them within ` +
      `10 % (95 %), ${wrong.length} over 25 % off (0), the worst ${percent(worst(estimates))}`,
    holds: any(hops, estimates.length / hops.length >= 0.8 && within >= 0.95 && wrong.length === 0),
    against: off(estimates, 0.1),
  };
}

function judgeCost(paths: readonly Judged[]): Verdict {
  const extra = paths.flatMap(({ tookMs, withoutMs, rttMs }) =>
    withoutMs === null ? [] : [{ ms: tookMs - withoutMs, allowed: 3 * rttMs + QUICK_EXTRA_MS }],
  );
  const ms = extra.map(({ ms }) => ms);
  const late = extra.filter(({ ms, allowed }) => ms > allowed);
  const bytes = Math.max(0, ...paths.map(({ bytes }) => bytes));
  return {
    figures:
      `at most ${Math.round(bytes / 1000)} kB sent (300), ${late.length} of ${extra.length} paths over 3 RTT + ` +
      `${QUICK_EXTRA_MS} ms more (0); median ${median(ms).toFixed(0)} ms more, 95 % at most ${quantile(ms, 0.95).toFixed(0)}`,
    holds: any(extra, bytes <= QUICK_BYTES && late.length === 0),
  };
}

function judgeWide(paths: readonly Judged[]): Verdict {
  const hops = answering(paths).filter(({ truth }) => truth >= 1000);
  const [estimates, bounds] = [kind(hops, 'estimate'), kind(hops, 'at-least')];
  const wrong = [...off(estimates, 0.2), ...above(bounds, 0.05)];
  return {
    figures:
      `of ${hops.length} hops ${of(estimates, hops)} estimates, ${of(bounds, hops)} bounds, the rest unmeasured; ` +
      `${off(estimates, 0.2).length} estimates over 20 % off (0), ${above(bounds, 0.05).length} bounds over 5 % too high (0)`,
    holds: any([...estimates, ...bounds], wrong.length === 0),
    against: wrong,
  };
}

function judgeBusy(paths: readonly Judged[]): Verdict {
  const hops = answering(paths);
  const estimates = kind(hops, 'estimate');
  const within = 1 - off(estimates, 0.15).length / estimates.length;
  const wrong = off(estimates, 0.3).length / estimates.length;
  const slowest = Math.max(0, ...paths.map(({ tookMs }) => tookMs));
  return {
    figures:
      `${of(estimates, hops)} of ${hops.length} hops got an estimate (40 %), ${percent(within)} of them within 15 % ` +
      `(90 %), ${percent(wrong)} over 30 % off (2 %); the slowest trace took ${(slowest / 1000).toFixed(1)} s (10)`,
    holds: any(
      hops,
      estimates.length / hops.length >= 0.4 && within >= 0.9 && wrong <= 0.02 && slowest <= THOROUGH_MS,
    ),
    against: off(estimates, 0.3),
  };
}

function judgeHostile(paths: readonly Judged[]): Verdict {
  const hops = answering(paths);
  const estimates = kind(hops, 'estimate');
  const bounds = kind(hops, 'at-least');
  const wrong = off(estimates, 0.25);
  return {
    figures:
      `${wrong.length} of ${estimates.length} estimates over 25 % off (0), the worst ${percent(worst(estimates))}; ` +
      `${of(estimates, hops)} of ${hops.length} answering hops on ${paths.length} paths (200) got one, ` +
      `${above(bounds, 0.05).length} of ${bounds.length} bounds over 5 % too high`,
    holds: any(estimates, wrong.length === 0),
    against: [...wrong, ...above(bounds, 0.05)],
  };
}

/** Causes that are not true: what they name has not happened. A busy or slow hop may have several causes. */
function judgeReasons(paths: readonly Judged[]): Verdict {
  const unmeasured = kind(placed(paths), 'unmeasured');
  const untrue = unmeasured.filter((hop) => !happened(hop));
  return {
    figures: `${untrue.length} of ${unmeasured.length} are not true (0)`,
    holds: any(unmeasured, untrue.length === 0),
    against: untrue,
  };
}

function happened({ capacity, answered, limited, on: { traits, lost } }: PlacedHop): boolean {
  const isSilent = answered === 0 && limited === 0;
  switch (capacity.kind === 'unmeasured' ? capacity.cause : undefined) {
    case 'silent':
      return isSilent;
    case 'rate-limited':
      return limited !== null && limited > 0;
    case 'reverse-path':
      return traits.includes('slow way back');
    case 'path-changed':
      return traits.includes('balanced');
    case 'load-lost':
      return lost > 0;
    case 'noisy':
    case 'source-limited':
    case 'budget':
      return !isSilent;
    default:
      // Kernel stamps are there, it was asked for, and it is over.
      return false;
  }
}

/** Every estimate within 10 %, and at each rate the destination got one. */
function judgeKernel(traces: readonly Judged[]): Verdict {
  const behind = placed(traces).filter(({ truth }) => Number.isFinite(truth));
  const estimates = kind(behind, 'estimate');
  const wrong = off(estimates, 0.1);
  const reached = new Set(
    estimates.filter(({ ttl, on }) => ttl === on.hops.length).map(({ truth }) => truth),
  );
  return {
    figures:
      `${wrong.length} of ${estimates.length} estimates over 10 % off (0), the worst ${percent(worst(estimates))}; ` +
      `the destination got one at ${reached.size} rates (3); ${of(estimates, behind)} of ${behind.length} hops behind the filter`,
    holds: any(traces, wrong.length === 0 && reached.size === 3),
    against: wrong,
  };
}

const percent = (share: number) => (Number.isNaN(share) ? 'none' : `${(100 * share).toFixed(1)} %`);
const of = (some: readonly unknown[], all: readonly unknown[]) => percent(some.length / all.length);
/** Nothing is shown by nothing. */
const any = (what: readonly unknown[], holds: boolean) => (what.length === 0 ? null : holds);
