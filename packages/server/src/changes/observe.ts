import { analyse } from '../analyse/analyse.js';
import type { Observe } from '../store/trace-store.js';
import { changesOf } from './changes-of.js';

/** Judges each new trace by what is usual, and tells what has changed. */
export const observe: Observe = (trace, baseline, conditions) =>
  changesOf(analyse(trace, baseline).findings, conditions, trace.startedAt);
