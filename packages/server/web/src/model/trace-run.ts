import { computed, type ReadonlySignal, signal } from '@preact/signals';
import type { ErrorJson } from '../../../src/wire/error.js';
import { eventStream } from '../api/event-stream.js';
import type { Hop } from '../api/hop.js';
import { RequestError, url } from '../api/request.js';

export interface Question {
  readonly target: string;
  readonly protocol: string;
  readonly family: string;
  /** Whether a stored trace will do. */
  readonly cache: boolean;
}

/** What the last event of a trace says. */
export interface Summary {
  readonly id: number | null;
  readonly target: string;
  readonly address: string;
  readonly protocol: string;
  readonly reached: boolean;
  readonly end: string;
  readonly unreachable: string | null;
  readonly started_at: string;
  readonly duration_ms: number;
  readonly path_id: string | null;
  readonly socket: string;
  readonly stamps: string;
}

export type State =
  | { readonly kind: 'idle' }
  | { readonly kind: 'running' }
  /** `ageSeconds` of a stored trace that is shown again; null: just measured. */
  | { readonly kind: 'done'; readonly summary: Summary; readonly ageSeconds: number | null }
  | { readonly kind: 'stopped' }
  | { readonly kind: 'failed'; readonly code: string; readonly sentence: string };

type RevisedHop = Hop & { readonly revision: number };

/** One trace at a time, live. */
export class TraceRun {
  readonly question = signal<Question | null>(null);
  readonly state = signal<State>({ kind: 'idle' });
  readonly #byTtl = signal<ReadonlyMap<number, RevisedHop>>(new Map());
  #abort: AbortController | null = null;

  /** In TTL order. */
  readonly hops: ReadonlySignal<readonly Hop[]> = computed(() =>
    [...this.#byTtl.value.values()].sort((a, b) => a.hop - b.hop),
  );

  get isRunning(): boolean {
    return this.state.value.kind === 'running';
  }

  stop(): void {
    this.#abort?.abort();
  }

  clear(): void {
    this.stop();
    this.#abort = null;
    this.question.value = null;
    this.#byTtl.value = new Map();
    this.state.value = { kind: 'idle' };
  }

  /** The same once more; `afresh`: measured even where a stored trace would do. */
  again({ afresh = false } = {}): void {
    const { value } = this.question;
    if (value !== null) this.start(afresh ? { ...value, cache: false } : value);
  }

  async start(question: Question): Promise<void> {
    this.stop();
    const abort = new AbortController();
    this.#abort = abort;
    this.question.value = question;
    this.#byTtl.value = new Map();
    this.state.value = { kind: 'running' };
    try {
      const ended = await this.#follow(question, abort.signal);
      if (this.#abort === abort) this.state.value = ended;
    } catch (error) {
      if (this.#abort !== abort) return;
      this.state.value = abort.signal.aborted ? { kind: 'stopped' } : failure(error);
    }
  }

  async #follow({ target, protocol, family, cache }: Question, signal: AbortSignal): Promise<State> {
    const address = url('/api/trace', { target, protocol, family, cache });
    let ageSeconds: number | null = null;
    const onOpen = (headers: Headers) => {
      if (headers.get('x-locator-cache') === 'hit') ageSeconds = Number(headers.get('age') ?? 0);
    };
    for await (const { name, data } of eventStream(address, signal, { onOpen })) {
      if (name === 'hop') this.#take(data as RevisedHop);
      if (name === 'done') return { kind: 'done', summary: data as Summary, ageSeconds };
      if (name === 'error') {
        const { code, error } = data as ErrorJson;
        return { kind: 'failed', code, sentence: error };
      }
    }
    return failure(new RequestError('SERVER_AWAY', 0, ''));
  }

  /** A hop comes as soon as it answers, and again when more is known of it. */
  #take(hop: RevisedHop): void {
    if (hop.revision < (this.#byTtl.value.get(hop.hop)?.revision ?? 0)) return;
    this.#byTtl.value = new Map(this.#byTtl.value).set(hop.hop, hop);
  }
}

export function failure(error: unknown): Extract<State, { kind: 'failed' }> {
  if (error instanceof RequestError) return { kind: 'failed', code: error.code, sentence: error.message };
  // A connection that breaks in the middle of a stream is told as a TypeError.
  return { kind: 'failed', code: 'SERVER_AWAY', sentence: '' };
}
