import { useEffect, useMemo } from 'preact/hooks';
import { go, place } from '../address.js';
import { judge } from '../model/judgement.js';
import { TraceRun } from '../model/trace-run.js';
import { say } from '../words/words.js';
import { Failure } from './failure.js';
import { HopTable } from './hop-table.js';
import { LatencyProfile } from './latency-profile.js';
import { PathMap } from './path-map.js';
import { Risk } from './risk.js';
import { type Asked, TargetForm } from './target-form.js';
import { TraceStatus } from './trace-status.js';
import { Welcome } from './welcome.js';

/** One path, live: where it goes, how long each step takes, whose it is, and whether it is dangerous. */
export function TraceView() {
  const run = useMemo(() => new TraceRun(), []);
  const { target, protocol, family } = place.value;

  // The link says what is shown. A trace that is fresh enough is shown again rather than measured again.
  useEffect(() => {
    const { question } = run;
    const isShown =
      question.value?.target === target &&
      question.value.protocol === protocol &&
      question.value.family === family;
    if (target !== '' && !isShown) run.start({ target, protocol, family, cache: true });
    if (target === '') run.clear();
  }, [target, protocol, family]);
  useEffect(() => () => run.stop(), []);

  const start = (asked: Asked) => {
    run.start({ ...asked, cache: false });
    go({ view: 'trace', ...asked });
  };
  const hops = run.hops.value;
  const state = run.state.value;
  const judgement = useMemo(() => judge(run), []);

  return (
    <>
      <h1 class="hidden">{say('view.trace')}</h1>
      <TargetForm action={say('trace')} isRunning={run.isRunning} onStart={start} onStop={() => run.stop()} />
      {state.kind === 'failed' && (
        <Failure code={state.code} sentence={state.sentence} onRetry={() => run.again()} />
      )}
      {target === '' && state.kind === 'idle' && (
        <Welcome
          title="welcome"
          text="welcome.text"
          points={['teach.latency', 'teach.loss', 'teach.place', 'teach.risk']}
          examples={['example.com', '9.9.9.9', 'one.one.one.one']}
          onPick={(picked) => start({ target: picked, protocol: '', family: '' })}
        />
      )}
      {state.kind !== 'idle' && state.kind !== 'failed' && <TraceStatus run={run} />}
      {hops.length > 0 && (
        <div class="board">
          <PathMap hops={hops} isLive={run.isRunning} />
          <Risk judgement={judgement} />
          <LatencyProfile hops={hops} />
          <HopTable hops={hops} isLive={run.isRunning} />
        </div>
      )}
    </>
  );
}
