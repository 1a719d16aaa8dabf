import { type Inputs, useEffect, useState } from 'preact/hooks';
import { failure } from '../model/trace-run.js';
import { token } from '../token.js';
import type { Trouble } from './failure.js';

export type Loaded<T> =
  | { readonly kind: 'loading' }
  | { readonly kind: 'known'; readonly value: T }
  | ({ readonly kind: 'failed' } & Trouble);

/**
 * What a request brings, asked for again when an input changes, `reload` is called or a token is given. A reload
 * keeps showing what was there before.
 */
export function useLoaded<T>(load: (signal: AbortSignal) => Promise<T>, inputs: Inputs) {
  const [state, setState] = useState<Loaded<T>>({ kind: 'loading' });
  const [times, setTimes] = useState(0);
  useEffect(() => setState({ kind: 'loading' }), inputs);
  useEffect(() => {
    const abort = new AbortController();
    load(abort.signal).then(
      (value) => setState({ kind: 'known', value }),
      (error: unknown) => abort.signal.aborted || setState(failure(error)),
    );
    return () => abort.abort();
  }, [...inputs, times, token.value]);
  return { state, reload: () => setTimes((before) => before + 1) };
}
