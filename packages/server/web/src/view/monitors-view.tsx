import { useEffect } from 'preact/hooks';
import type { MonitorJson } from '../../../src/wire/monitor.js';
import { getJson } from '../api/request.js';
import { say } from '../words/words.js';
import { Events } from './events.js';
import { Failure } from './failure.js';
import { MonitorForm } from './monitor-form.js';
import { MonitorTable } from './monitor-table.js';
import { useLoaded } from './use-loaded.js';
import { Webhooks } from './webhooks.js';

/** Runs come and go by themselves: so often it is asked how they stand. */
const REFRESH_MS = 5000;

/** Targets that are traced on a schedule, and what that brought to light. */
export function MonitorsView() {
  const { state, reload } = useLoaded(
    (signal) => getJson<{ monitors: readonly MonitorJson[] }>('/api/monitors', {}, signal),
    [],
  );
  const isKnown = state.kind === 'known';
  useEffect(() => {
    if (!isKnown) return;
    const timer = setInterval(() => document.visibilityState === 'visible' && reload(), REFRESH_MS);
    return () => clearInterval(timer);
  }, [isKnown]);
  return (
    <>
      <h1 class="hidden">{say('view.monitors')}</h1>
      <MonitorForm onAdded={reload} />
      {state.kind === 'failed' && <Failure {...state} onRetry={reload} />}
      {state.kind === 'known' && (
        <div class="board wide">
          <MonitorTable monitors={state.value.monitors} onRemoved={reload} />
          <Events />
          <Webhooks />
        </div>
      )}
    </>
  );
}
