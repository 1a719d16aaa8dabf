import { ms } from '../model/figures.js';
import type { TraceRun } from '../model/trace-run.js';
import { say, sayOr } from '../words/words.js';
import { duration, moment } from './duration.js';

/** One line that says how the trace stands. Screen readers are told when it changes. */
export function TraceStatus({ run }: { run: TraceRun }) {
  const state = run.state.value;
  const hops = run.hops.value;
  const target = run.question.value?.target ?? '';
  const answering = hops.filter(({ ip }) => ip !== '*').length;
  if (state.kind === 'done') {
    const { summary, ageSeconds } = state;
    const last = hops.at(-1);
    const key = summary.reached ? 'status.reached' : 'status.ended';
    const values = {
      target: summary.target,
      address: summary.address,
      hops: hops.length,
      end: sayOr('end', summary.end),
    };
    return (
      <div class={`status ${summary.reached ? 'good' : 'poor'}`} role="status">
        <strong>{say(key, values)}</strong>
        <span>
          {summary.reached && last ? `${ms(last.latency)} ms · ` : ''}
          {summary.protocol.toUpperCase()} · {say('status.silent', { count: hops.length - answering })} ·{' '}
          <time dateTime={summary.started_at}>{moment(summary.started_at)}</time>
          {' · '}
          {say(summary.stamps === 'kernel' ? 'stamps.kernel' : 'stamps.user')}
        </span>
        {ageSeconds !== null && (
          <span class="stale">
            {say('status.stored', { age: duration(ageSeconds) })}{' '}
            <button type="button" class="quiet" onClick={() => run.again({ afresh: true })}>
              {say('status.afresh')}
            </button>
          </span>
        )}
      </div>
    );
  }
  const stopped = state.kind === 'stopped';
  return (
    <div class="status" role="status">
      <strong>{say(stopped ? 'status.stopped' : 'status.running', { target })}</strong>
      <span>{say('status.hops', { count: hops.length })}</span>
      {!stopped && <span class="progress" aria-hidden="true" />}
    </div>
  );
}
