import type { Destination, Hop, Trace, TraceOptions, TraceResult, Tracer } from '@locator/probe';
import { Channel } from '../src/channel.js';
import type { PathRecord } from '../src/path-record.js';

/** A trace whose hops come when the test says so. */
export class FakeTrace implements Trace {
  readonly destination: Destination;
  readonly options: TraceOptions;
  readonly result: Promise<TraceResult>;
  readonly sightings = new Channel<Hop>();
  readonly #hops = new Channel<Hop>();
  #settle!: { resolve: (result: TraceResult) => void; reject: (error: unknown) => void };

  constructor(destination: Destination, options: TraceOptions) {
    this.destination = destination;
    this.options = options;
    this.result = new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
    });
    options.signal?.addEventListener('abort', () => this.end({ ...NOTHING, end: 'aborted' }));
  }

  get aborted(): boolean {
    return this.options.signal?.aborted ?? false;
  }

  /** A router has answered, and its hop is not final yet. */
  sight(...hops: readonly Hop[]): void {
    for (const hop of hops) this.sightings.push(hop);
  }

  emit(...hops: readonly Hop[]): void {
    for (const hop of hops) this.#hops.push(hop);
  }

  end(result: Partial<TraceResult>): void {
    this.#settle.resolve({ ...NOTHING, ...this.#asked(), ...result });
    this.#hops.end();
    this.sightings.end();
  }

  fail(error: unknown): void {
    this.#settle.reject(error);
    this.#hops.fail(error);
    this.sightings.end();
  }

  /** All of a record, at once. */
  play(record: PathRecord): void {
    const hops = record.hops.map(({ hop }) => hop);
    this.emit(...hops);
    const { about, ...result } = record;
    this.end({ ...result, ...this.#asked(), hops });
  }

  [Symbol.asyncIterator](): AsyncIterator<Hop> {
    return this.#hops[Symbol.asyncIterator]();
  }

  #asked() {
    const { target, address, family } = this.destination;
    const { protocol = 'icmp' } = this.options;
    return { target, address, family, protocol };
  }
}

const NOTHING: TraceResult = {
  target: '',
  address: '',
  source: '192.0.2.100',
  family: 4,
  protocol: 'icmp',
  port: null,
  reached: false,
  end: 'silence',
  unreachable: null,
  loop: null,
  startedAt: Date.UTC(2026, 0, 1),
  durationMs: 1,
  socket: 'scripted',
  stamps: 'kernel',
  hops: [],
};

export interface FakeTracer extends Tracer {
  /** Every trace that was started, in order. */
  readonly traces: readonly FakeTrace[];
}

/** A tracer that does with each trace what `script` says; by default nothing happens until the test acts. */
export function fakeTracer(script: (trace: FakeTrace) => void = () => {}): FakeTracer {
  const traces: FakeTrace[] = [];
  return {
    traces,
    socket: {
      name: 'scripted',
      stamps: 'kernel',
      passedOver: [{ name: 'native', reason: 'not in a test' }],
    },
    protocol: (_family, wanted) => wanted ?? 'icmp',
    trace(destination, options = {}) {
      if (typeof destination === 'string') throw new Error('The server resolves targets itself.');
      const trace = new FakeTrace(destination, options);
      traces.push(trace);
      script(trace);
      return trace;
    },
    watch() {
      throw new Error('Nothing that is tested with this tracer watches.');
    },
    close: async () => {},
  };
}
