import type { Family, Transport } from '@locator/probe';
import { ServerError } from '../errors.js';
import { targetName } from '../store/target-name.js';
import type { StoredTrace, TraceStore } from '../store/trace-store.js';
import { readInstant } from '../wire/instant.js';

/** Most traces of a period that are looked at: the newest. */
export const MOST_TRACES = 200;

const DAY_MS = 86_400_000;

/** One trace by its id, or those of a period: from (included) to (not included), wall-clock milliseconds. */
export type Selection = { readonly id: number } | { readonly from: number; readonly to: number };

/** Reads `17`, `2025-05-05` (a day) or `2025-05-05T10:00Z/2025-05-05T12:00Z`. Throws INPUT_INVALID. */
export function readSelection(name: string, text: string): Selection {
  if (/^\d{1,15}$/.test(text)) return { id: Number(text) };
  const [first = '', second, ...more] = text.split('/');
  const from = readInstant(name, first);
  const to = second === undefined ? from + DAY_MS : readInstant(name, second);
  if (more.length === 0 && (second !== undefined || first.length === 10) && from < to) return { from, to };
  throw new ServerError(
    'INPUT_INVALID',
    `${name} must be the id of a trace, a day as 2025-05-05, or a period as 2025-05-05/2025-05-07.`,
  );
}

/** Traces of exactly this target, newest first. Throws TARGET_UNKNOWN where there is none. */
export async function select(
  store: Pick<TraceStore, 'trace' | 'find'>,
  target: string,
  selection: Selection,
): Promise<readonly StoredTrace[]> {
  if ('id' in selection) {
    const trace = await store.trace(selection.id);
    if (trace !== null && targetName(trace.target) === targetName(target)) return [trace];
    throw new ServerError('TARGET_UNKNOWN', `Trace ${selection.id} of ${target} is not stored.`);
  }
  const { from, to } = selection;
  // "after" leaves its own moment out.
  const found = await store.find(target, { after: from - 0.001, before: to, limit: MOST_TRACES });
  const traces = found.find((one) => one.target === targetName(target))?.traces ?? [];
  const complete = traces.filter(({ end }) => end !== 'aborted');
  if (complete.length > 0) return complete;
  const period = `${new Date(from).toISOString()} to ${new Date(to).toISOString()}`;
  throw new ServerError('TARGET_UNKNOWN', `No trace of ${target} from ${period} is stored.`);
}

/**
 * Those of both sides that can be compared: of one protocol and family, which are those asked for, or else those
 * of the newest of the second side that the first has, too. Throws INPUT_INVALID where there are none.
 */
export function comparable(
  a: readonly StoredTrace[],
  b: readonly StoredTrace[],
  asked: { readonly protocol?: Transport | undefined; readonly family?: Family | undefined },
): readonly [readonly StoredTrace[], readonly StoredTrace[]] {
  const isLike = (one: StoredTrace) => (other: StoredTrace) =>
    one.protocol === other.protocol && one.family === other.family;
  const isAsked = ({ protocol, family }: StoredTrace) =>
    protocol === (asked.protocol ?? protocol) && family === (asked.family ?? family);
  const model = b.find((trace) => isAsked(trace) && a.some(isLike(trace)));
  if (model !== undefined) return [a.filter(isLike(model)), b.filter(isLike(model))];
  throw new ServerError(
    'INPUT_INVALID',
    'a and b have no traces of one protocol and family, as asked: ways of different kinds are not compared.',
  );
}
