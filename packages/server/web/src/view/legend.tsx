import { say, type Word } from '../words/words.js';

type Mark = 'stop' | 'end' | 'listed' | 'lost' | 'unanswered' | 'reach';

/** What the colours of a picture mean. */
export function Legend({ marks }: { marks: readonly (readonly [mark: Mark, word: Word])[] }) {
  return (
    <ul class="legend">
      {marks.map(([mark, word]) => (
        <li key={mark}>
          <span class={`mark ${mark}`} aria-hidden="true" />
          {say(word)}
        </li>
      ))}
    </ul>
  );
}
