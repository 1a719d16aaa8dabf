import { effect, type ReadonlySignal, signal } from '@preact/signals';
import type { AnalysisJson } from '../../../src/wire/analysis.js';
import { getJson } from '../api/request.js';
import type { TraceRun } from './trace-run.js';

export type Judgement =
  | { readonly kind: 'none' }
  | { readonly kind: 'pending' }
  | { readonly kind: 'known'; readonly analysis: AnalysisJson }
  | { readonly kind: 'failed'; readonly sentence: string };

/** What the server thinks of a run, asked for as soon as the run is stored. */
export function judge(run: TraceRun): ReadonlySignal<Judgement> {
  const judgement = signal<Judgement>({ kind: 'none' });
  effect(() => {
    const state = run.state.value;
    if (state.kind !== 'done') {
      judgement.value = { kind: state.kind === 'running' ? 'pending' : 'none' };
      return;
    }
    const abort = new AbortController();
    judgement.value = { kind: 'pending' };
    const { target, protocol } = state.summary;
    getJson<AnalysisJson>('/api/analyze', { target, protocol, cache: true }, abort.signal).then(
      (analysis) => {
        judgement.value = { kind: 'known', analysis };
      },
      (error: Error) => {
        if (!abort.signal.aborted) judgement.value = { kind: 'failed', sentence: error.message };
      },
    );
    return () => abort.abort();
  });
  return judgement;
}
