import { atMost, logChoose } from './binomial.js';

/** Probes of one hop in one trace, and how that hop usually answers. */
export interface Asked {
  readonly sent: number;
  readonly missing: number;
  /** Share that the router which answered usually misses, above 0 and below 1. */
  readonly usual: number;
  /** Share of traces in which nobody answers there at all: a branch of the way that is silent. */
  readonly silent: number;
}

/** A hop in TTL order. */
export interface LossyHop {
  /** The latest trace first: as far back as they may show the same loss. */
  readonly now: readonly Asked[];
  /** Prior probability that since some trace it keeps answers back by itself. */
  readonly limited: number;
}

/**
 * What one hop, by what it answered, says of loss on the way to it. Which of the probes were answered is left out: it is
 * equally likely in every case. All likelihoods are logarithms.
 */
export class LossTestimony {
  readonly #hop: LossyHop;
  /** Probes of the latest trace, the latest two, and so on. */
  readonly #sent: Float64Array;
  /** And answers to them. */
  readonly #answered: Float64Array;
  /** The latest trace in which any is missing; how likely those after it are without loss; and from it on, all. */
  readonly #first: number;
  readonly #usually: number = 0;
  readonly #limiting: number = Number.NEGATIVE_INFINITY;
  readonly #without: Float64Array;

  constructor(hop: LossyHop) {
    const { now } = hop;
    this.#hop = hop;
    this.#sent = new Float64Array(now.length);
    this.#answered = new Float64Array(now.length);
    let sent = 0;
    let missing = 0;
    for (let at = 0; at < now.length; at++) {
      sent += now[at]!.sent;
      missing += now[at]!.missing;
      this.#sent[at] = sent;
      this.#answered[at] = sent - missing;
    }
    const first = now.findIndex(({ missing }) => missing > 0);
    this.#first = first < 0 ? now.length : first;
    for (let at = 0; at < first; at++) {
      const usual = likelihood(now[at]!, 0, 0);
      this.#usually += usual;
      this.#limiting = logSum(this.#limiting + usual, anyShareFrom(0, 0, 0, this.#sent[at]!));
    }
    this.#without = this.#since(0, 0);
  }

  /**
   * Adds, of the latest trace, the latest two, and so on, how many times likelier its answers are where that share is
   * lost.
   */
  addTo(sums: Float64Array, share: number): void {
    const passes = Math.log1p(-share);
    // While nothing is missing each answer says the same, whether or not the hop keeps others back by itself.
    for (let at = 0; at < this.#first; at++) sums[at]! += this.#sent[at]! * passes;
    for (const [at, lossy] of this.#since(share, passes).entries()) {
      sums[this.#first + at]! += lossy - this.#without[at]!;
    }
  }

  /** Adds what `addTo` adds at most: what was answered was not lost, and what is missing surely was. */
  addMost(sums: Float64Array, share: number): void {
    const passes = Math.log1p(-share);
    for (let at = 0; at < sums.length && at < this.#answered.length; at++) {
      sums[at]! += this.#answered[at]! * passes - (this.#without[at - this.#first] ?? 0);
    }
  }

  /** Likelihoods from the first trace on in which any is missing; `passes` is that of not being lost. */
  #since(share: number, passes: number): Float64Array {
    const { now, limited } = this.#hop;
    const all = new Float64Array(now.length - this.#first);
    const [asUsual, byItself] = [Math.log1p(-limited), Math.log(limited)];
    const before = this.#first === 0 ? 0 : this.#sent[this.#first - 1]! * passes;
    let missing = 0;
    let usually = this.#usually + before;
    // Where it keeps answers back since any of these traces, and did as usual before.
    let limiting = this.#limiting + before;
    for (let at = this.#first; at < now.length; at++) {
      const usual = likelihood(now[at]!, share, passes);
      usually += usual;
      missing += now[at]!.missing;
      limiting = logSum(limiting + usual, anyShareFrom(share, passes, missing, this.#sent[at]!));
      all[at - this.#first] = logSum(asUsual + usually, byItself + limiting - Math.log(at + 1));
    }
    return all;
  }
}

/** Of one trace, by the hop's habit. */
function likelihood({ sent, missing, usual, silent }: Asked, share: number, passes: number): number {
  if (sent === 0) return 0;
  const answered = Math.log1p(-silent) + (sent - missing) * (Math.log1p(-usual) + passes);
  if (missing === 0) return answered;
  const some = answered + missing * Math.log(1 - (1 - usual) * (1 - share));
  return missing === sent ? logSum(some, Math.log(silent)) : some;
}

/** Where it misses any share from `share` to 1 alike: not less than what is lost before it. */
function anyShareFrom(share: number, passes: number, missing: number, sent: number): number {
  if (missing === 0) return sent * passes - Math.log(sent + 1);
  const above = share === 0 ? 0 : Math.log(atMost(missing, sent + 1, share)) - passes;
  return above - Math.log(sent + 1) - logChoose(sent, missing);
}

/** What is less than this part of the whole is lost in rounding: the logarithm of a double's precision. */
const NEGLIGIBLE = -37;

function logSum(a: number, b: number): number {
  const [most, least] = a > b ? [a, b] : [b, a];
  return least - most > NEGLIGIBLE ? most + Math.log1p(Math.exp(least - most)) : most;
}
