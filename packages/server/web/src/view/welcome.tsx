import type { HistoryJson } from '../../../src/wire/history.js';
import { getJson } from '../api/request.js';
import { say, type Word } from '../words/words.js';
import { useLoaded } from './use-loaded.js';

const MOST_CHIPS = 12;

/** What a view shows before anything was asked of it: what it is for, and targets to begin with. */
export function Welcome(props: {
  readonly title: Word;
  readonly text: Word;
  readonly points?: readonly Word[];
  /** To begin with where nothing has been traced yet. */
  readonly examples?: readonly string[];
  readonly onPick: (target: string) => void;
}) {
  const { title, text, points = [], examples = [], onPick } = props;
  const { state } = useLoaded((signal) => getJson<HistoryJson>('/api/history', { limit: 1 }, signal), []);
  const known = state.kind === 'known' ? Object.keys(state.value).slice(0, MOST_CHIPS) : [];
  const targets = known.length > 0 ? known : state.kind === 'loading' ? [] : examples;
  return (
    <section class="welcome">
      <h2>{say(title)}</h2>
      <p>{say(text)}</p>
      {points.length > 0 && (
        <ul class="teach">
          {points.map((point) => (
            <li key={point}>{say(point)}</li>
          ))}
        </ul>
      )}
      {targets.length > 0 && (
        <p class="chips">
          <span>{say(known.length > 0 ? 'recent' : 'try')}</span>
          {targets.map((target) => (
            <button key={target} type="button" class="chip" onClick={() => onPick(target)}>
              {target}
            </button>
          ))}
        </p>
      )}
    </section>
  );
}
