/** What one hop that answers at all has missed. */
export interface Tally {
  readonly sent: number;
  readonly missing: number;
  /** Prior probability that it keeps answers back by itself, whatever passes through it. */
  readonly limited: number;
}

/** Posterior probabilities of what one hop misses. */
export interface Explanation {
  /** Packets are lost on the way to it. */
  readonly onTheWay: number;
  /** That shows at a hop before it already, whatever this one does. */
  readonly before: number;
  /** It keeps answers back by itself. */
  readonly limited: number;
}

/** Prior: nothing is lost on the way; else the loss starts at any hop alike. */
const LOSSLESS = 0.5;
/** Misses of healthy hops for no reason that the model knows. */
const STRAY = 0.0005;
/** The share lost on the way: nothing, or 0.5 % to 98 %, every factor alike. */
const RATES = [0, ...Array.from({ length: 32 }, (_, step) => 0.005 * (0.98 / 0.005) ** (step / 31))];
/** Answers of one hop are not that independent: more than this many say no more. */
const MOST = 100;

/**
 * Weighs two explanations of what the hops of a path (in TTL order) miss, for the hop at `index`. Packets
 * lost on the way to a hop are missing at every hop behind it too, whereas a hop that limits its answers
 * misses them alone. So: from some hop on, the same unknown share is lost on the way, or nowhere; and each
 * hop by itself may keep back any share on top. All places and shares are weighed by how well they explain
 * every hop's figures (Bayes), which says by itself when the figures are too few to tell.
 */
export function explainLoss(path: readonly Tally[], index: number): Explanation {
  const hops = path.map(oddsOf);
  const target = hops[index]!.limited;
  const somewhere = Math.log((1 - LOSSLESS) / hops.length / (RATES.length - 1));

  // Logarithms of how likely each case is, relative to no loss anywhere: loss of RATES[rate] from hop `from`.
  const cases: number[] = [];
  let largest = Math.log(LOSSLESS);
  for (let rate = 1; rate < RATES.length; rate++) {
    let log = somewhere;
    for (let from = hops.length - 1; from >= 0; from--) {
      log += hops[from]!.gain[rate]!;
      cases.push(log);
      if (log > largest) largest = log;
    }
  }

  const lossless = Math.exp(Math.log(LOSSLESS) - largest);
  let elsewhere = 0;
  let onTheWay = 0;
  let before = 0;
  let limited = 0;
  let next = 0;
  for (let rate = 1; rate < RATES.length; rate++) {
    for (let from = hops.length - 1; from >= 0; from--) {
      const weight = Math.exp(cases[next++]! - largest);
      if (from > index) elsewhere += weight;
      else {
        onTheWay += weight;
        if (from < index) before += weight;
        limited += weight * target[rate]!;
      }
    }
  }
  limited += (lossless + elsewhere) * target[0]!;
  const total = lossless + elsewhere + onTheWay;
  return { onTheWay: onTheWay / total, before: before / total, limited: limited / total };
}

/** What a hop's figures say of each of the rates. */
interface Odds {
  /** Logarithm of how much more likely they are than at no loss on the way. */
  readonly gain: readonly number[];
  /** Probability that the hop limits its answers, were that the rate. */
  readonly limited: readonly number[];
}

/** By figures and prior: they repeat along a path and from path to path. At most 5,150 figures. */
const known = new Map<number, Odds>();

function oddsOf(tally: Tally): Odds {
  const { sent, missing } = atMost(tally);
  // The prior is below 1, so that it does not collide with the figures.
  const key = sent * (MOST + 1) + missing + tally.limited;
  const odds = known.get(key) ?? weigh(sent, missing, tally.limited);
  known.set(key, odds);
  return odds;
}

function weigh(sent: number, missing: number, prior: number): Odds {
  const healthy = RATES.map((rate) => (1 - prior) * binomial(missing, sent, 1 - (1 - rate) * (1 - STRAY)));
  // Any share on top of the rate alike: the binomial averaged over all shares from `rate` to 1.
  const limiting = RATES.map(
    (rate) => (prior * cumulative(missing, sent + 1, rate)) / ((sent + 1) * (1 - rate)),
  );
  const both = healthy.map((one, index) => one + limiting[index]!);
  return {
    gain: both.map((one) => Math.log(one / both[0]!)),
    limited: limiting.map((one, index) => one / both[index]!),
  };
}

/** The same share of no more than MOST attempts, neither nothing nor everything unless it was. */
function atMost({ sent, missing }: Tally): { sent: number; missing: number } {
  if (sent <= MOST) return { sent, missing };
  const rounded = Math.round((missing * MOST) / sent);
  if (missing === 0 || missing === sent) return { sent: MOST, missing: rounded };
  return { sent: MOST, missing: Math.min(Math.max(rounded, 1), MOST - 1) };
}

/** Logarithms of the factorials that `binomial` can need. */
const logFactorial = [0];
for (let n = 1; n <= MOST + 1; n++) logFactorial.push(logFactorial[n - 1]! + Math.log(n));

/** The probability of `k` in `n` at `p` each. */
function binomial(k: number, n: number, p: number): number {
  if (p === 0) return k === 0 ? 1 : 0;
  const choices = logFactorial[n]! - logFactorial[k]! - logFactorial[n - k]!;
  return Math.exp(choices + k * Math.log(p) + (n - k) * Math.log(1 - p));
}

/** The probability of at most `k`. */
function cumulative(k: number, n: number, p: number): number {
  let sum = 0;
  for (let count = 0; count <= k; count++) sum += binomial(count, n, p);
  return sum;
}
