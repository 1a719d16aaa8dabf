/**
 * What ends a trace or watch early: its caller's signal, or a reader that leaves. Thousands of traces at once each have
 * one, and making an AbortController of Node's and listening to it costs a trace as much as ten of its probes.
 */
export class Stop {
  #isStopped = false;
  #listener: (() => void) | null = null;
  #release: (() => void) | null = null;

  constructor(signal?: AbortSignal) {
    if (signal === undefined) return;
    const abort = () => this.stop();
    this.#isStopped = signal.aborted;
    signal.addEventListener('abort', abort);
    this.#release = () => signal.removeEventListener('abort', abort);
  }

  get isStopped(): boolean {
    return this.#isStopped;
  }

  stop(): void {
    if (this.#isStopped) return;
    this.#isStopped = true;
    this.#listener?.();
  }

  /** Calls this one when it is stopped, and nobody else any more. */
  listen(listener: (() => void) | null): void {
    this.#listener = listener;
  }

  /** All is over: the signal, which may live for long, forgets this. */
  release(): void {
    this.#release?.();
    this.#release = null;
  }
}
