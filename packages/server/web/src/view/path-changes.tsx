import type { WatchRun } from '../model/watch-run.js';
import { say } from '../words/words.js';
import { moment } from './duration.js';

/** Where somebody else answers than in the round before, newest first. */
export function PathChanges({ run }: { run: WatchRun }) {
  const changes = run.changes.value;
  return (
    <section class="card" aria-label={say('watch.changes')}>
      <header>
        <h2>{say('watch.changes')}</h2>
      </header>
      <ul class="log" aria-live="polite">
        {changes.length === 0 && <li class="muted">{say('watch.unchanged')}</li>}
        {changes.map(({ key, at, hop, from, to }) => (
          <li key={key}>
            <time dateTime={at}>{moment(at)}</time> {say('watch.change', { hop, from, to })}
          </li>
        ))}
      </ul>
    </section>
  );
}
