import { useEffect, useMemo, useState } from 'preact/hooks';
import { go, place } from '../address.js';
import { WatchRun } from '../model/watch-run.js';
import { say } from '../words/words.js';
import { Failure } from './failure.js';
import { PathChanges } from './path-changes.js';
import { StripChart } from './strip-chart.js';
import { type Asked, TargetForm } from './target-form.js';
import { WatchStatus } from './watch-status.js';
import { WatchTable } from './watch-table.js';
import { Welcome } from './welcome.js';

/** A path round after round, until it is stopped. */
export function WatchView() {
  const run = useMemo(() => new WatchRun(), []);
  const [chosen, setChosen] = useState<number | null>(null);
  const { target, protocol, family } = place.value;

  useEffect(() => {
    const { value } = run.question;
    const isShown = value?.target === target && value.protocol === protocol && value.family === family;
    if (target !== '' && !isShown) run.start({ target, protocol, family });
    if (target === '') run.clear();
  }, [target, protocol, family]);
  useEffect(() => () => run.clear(), []);

  const start = (asked: Asked) => {
    setChosen(null);
    run.start(asked);
    go({ view: 'watch', ...asked });
  };
  const state = run.state.value;
  const { ttls } = run;
  const shown = chosen !== null && ttls.includes(chosen) ? chosen : (ttls.at(-1) ?? null);
  return (
    <>
      <h1 class="hidden">{say('view.watch')}</h1>
      <TargetForm action={say('watch')} isRunning={run.isRunning} onStart={start} onStop={() => run.stop()} />
      {state.kind === 'failed' && <Failure {...state} onRetry={() => run.again()} />}
      {target === '' && state.kind === 'idle' && (
        <Welcome
          title="watch.welcome"
          text="watch.welcome.text"
          points={['watch.teach.figures', 'watch.teach.loss', 'watch.teach.change']}
          onPick={(picked) => start({ target: picked, protocol: '', family: '' })}
        />
      )}
      {state.kind !== 'idle' && state.kind !== 'failed' && <WatchStatus run={run} />}
      {shown !== null && (
        <div class="board wide">
          <StripChart run={run} ttl={shown} />
          <WatchTable run={run} shown={shown} onShow={setChosen} />
          <PathChanges run={run} />
        </div>
      )}
    </>
  );
}
