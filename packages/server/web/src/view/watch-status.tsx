import type { WatchRun } from '../model/watch-run.js';
import { say, sayOr } from '../words/words.js';
import { moment } from './duration.js';

/** One line that says how the watching stands. Only what matters is told to screen readers, not every round. */
export function WatchStatus({ run }: { run: WatchRun }) {
  const { kind } = run.state.value;
  const round = run.round.value;
  const target = run.question.value?.target ?? '';
  const isWell = round?.reached ?? false;
  return (
    <div class={`status ${round === null ? '' : isWell ? 'good' : 'poor'}`}>
      <strong role="status">
        {say(kind === 'running' ? 'watch.running' : 'watch.stopped', { target })}
        {round !== null &&
          round.end !== 'destination' &&
          ` ${say('watch.unreached', { end: sayOr('end', round.end) })}`}
      </strong>
      {round !== null && (
        <span>{say('watch.round', { round: round.round, when: moment(round.started_at) })}</span>
      )}
    </div>
  );
}
