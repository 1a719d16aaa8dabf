import { batch, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import type { ErrorJson } from '../../../src/wire/error.js';
import type { WatchRoundJson } from '../../../src/wire/watch-round.js';
import { eventStream } from '../api/event-stream.js';
import { RequestError, url } from '../api/request.js';
import { MISSED, NOT_ASKED, Strip } from './strip.js';
import { failure } from './trace-run.js';

export type WatchHop = WatchRoundJson['hops'][number];
export type WatchChange = WatchRoundJson['changes'][number] & { readonly at: string; readonly key: number };

export interface WatchQuestion {
  readonly target: string;
  readonly protocol: string;
  readonly family: string;
}

export type WatchState =
  | { readonly kind: 'idle' | 'running' | 'stopped' }
  | { readonly kind: 'failed'; readonly code: string; readonly sentence: string };

/** Rounds that the strip chart shows. */
export const STRIP_LENGTH = 120;
const MOST_CHANGES = 50;
/** A long path comes in parts: all its rows at once would hold up the page for longer than one notices. */
const ROWS_PER_FRAME = 6;

/**
 * A path that is watched, as the page shows it. Rounds may come faster than they can be drawn, and go on for days:
 * each is noted as it comes, the newest is shown at most once per frame, and nothing here grows with their number.
 */
export class WatchRun {
  readonly question = signal<WatchQuestion | null>(null);
  readonly state = signal<WatchState>({ kind: 'idle' });
  /** The newest round; null before the first. */
  readonly round = signal<WatchRoundJson | null>(null);
  /** Newest first. */
  readonly changes = signal<readonly WatchChange[]>([]);
  readonly #hops = new Map<number, Signal<WatchHop>>();
  readonly #strips = new Map<number, Strip>();
  readonly #ttls = signal<readonly number[]>([]);
  /** Probes each TTL had been sent when it was last noted. */
  readonly #sent = new Map<number, number>();
  #newest: WatchRoundJson | null = null;
  #noted: readonly WatchChange[] = [];
  #changeCount = 0;
  #frame = 0;
  #abort: AbortController | null = null;

  get isRunning(): boolean {
    return this.state.value.kind === 'running';
  }

  /** The TTLs there are, in order: changes only when the path gets longer or shorter. */
  get ttls(): readonly number[] {
    return this.#ttls.value;
  }

  hop(ttl: number): ReadonlySignal<WatchHop> {
    return this.#hops.get(ttl)!;
  }

  /** Grows older in place: read it again when `round` has changed. */
  strip(ttl: number): Strip | undefined {
    return this.#strips.get(ttl);
  }

  stop(): void {
    this.#abort?.abort();
  }

  clear(): void {
    this.stop();
    this.#abort = null;
    this.#forget();
    this.question.value = null;
    this.state.value = { kind: 'idle' };
  }

  again(): void {
    if (this.question.value !== null) this.start(this.question.value);
  }

  async start(question: WatchQuestion): Promise<void> {
    this.stop();
    const abort = new AbortController();
    this.#abort = abort;
    this.#forget();
    this.question.value = question;
    this.state.value = { kind: 'running' };
    let ended: WatchState;
    try {
      ended = await this.#follow(question, abort.signal);
    } catch (error) {
      ended = abort.signal.aborted ? { kind: 'stopped' } : failure(error);
    }
    if (this.#abort !== abort) return;
    this.#show();
    this.state.value = ended;
  }

  async #follow(question: WatchQuestion, signal: AbortSignal): Promise<WatchState> {
    for await (const { name, data } of eventStream(url('/api/watch', { ...question }), signal)) {
      if (name === 'round') this.#note(data as WatchRoundJson);
      if (name === 'error') {
        const { code, error } = data as ErrorJson;
        // Nobody here asked for an end: the server closes, and may be back soon.
        if (code === 'STOPPED') break;
        return { kind: 'failed', code, sentence: error };
      }
    }
    return failure(new RequestError('SERVER_AWAY', 0, ''));
  }

  #note(round: WatchRoundJson): void {
    // A reader who is slow is not told every round.
    const left = Math.min(STRIP_LENGTH, round.round - (this.#newest?.round ?? round.round - 1) - 1);
    for (const hop of round.hops) {
      let strip = this.#strips.get(hop.hop);
      if (strip === undefined) {
        strip = new Strip(STRIP_LENGTH);
        this.#strips.set(hop.hop, strip);
      }
      for (let index = 0; index < left; index++) strip.push(NOT_ASKED);
      const wasAsked = hop.sent !== this.#sent.get(hop.hop);
      strip.push(wasAsked ? (hop.last ?? MISSED) : NOT_ASKED);
      this.#sent.set(hop.hop, hop.sent);
    }
    if (round.changes.length > 0) {
      const changes = round.changes.map((change) => ({
        ...change,
        at: round.started_at,
        key: this.#changeCount++,
      }));
      this.#noted = [...changes.reverse(), ...this.#noted].slice(0, MOST_CHANGES);
    }
    this.#newest = round;
    this.#frame ||= requestAnimationFrame(() => this.#show());
  }

  #show(): void {
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
    const newest = this.#newest;
    if (newest === null) return;
    batch(() => {
      for (const hop of newest.hops) {
        const known = this.#hops.get(hop.hop);
        if (known === undefined) this.#hops.set(hop.hop, signal(hop));
        else known.value = hop;
      }
      const before = this.#ttls.value;
      const ttls = newest.hops.slice(0, before.length + ROWS_PER_FRAME).map(({ hop }) => hop);
      if (ttls.length !== before.length || ttls.some((ttl, at) => ttl !== before[at]))
        this.#ttls.value = ttls;
      this.changes.value = this.#noted;
      this.round.value = newest;
    });
    if (this.ttls.length < newest.hops.length) this.#frame = requestAnimationFrame(() => this.#show());
  }

  #forget(): void {
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
    this.#newest = null;
    this.#noted = [];
    this.#strips.clear();
    this.#sent.clear();
    this.#ttls.value = [];
    this.#hops.clear();
    this.changes.value = [];
    this.round.value = null;
  }
}
