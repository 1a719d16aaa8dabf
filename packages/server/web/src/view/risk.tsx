import type { ReadonlySignal } from '@preact/signals';
import type { AnalysisJson } from '../../../src/wire/analysis.js';
import { focus, unfocus } from '../model/focus.js';
import type { Judgement } from '../model/judgement.js';
import { say, sayOr } from '../words/words.js';
import { Dial } from './dial.js';
import { duration } from './duration.js';

/** What is dangerous and what has changed, with its reasons. */
export function Risk({ judgement }: { judgement: ReadonlySignal<Judgement> }) {
  const { value } = judgement;
  return (
    <section class="card risk" aria-label={say('risk')} aria-live="polite">
      <header>
        <h2>{say('risk')}</h2>
      </header>
      {value.kind === 'known' ? <Known analysis={value.analysis} /> : <Unknown judgement={value} />}
    </section>
  );
}

function Unknown({ judgement }: { judgement: Judgement }) {
  return (
    <>
      <Dial score={null} />
      <p class="muted">{judgement.kind === 'failed' ? judgement.sentence : say('risk.pending')}</p>
    </>
  );
}

function Known({ analysis }: { analysis: AnalysisJson }) {
  const { riskScore, riskFactors, anomalies, alerts, baseline, lists } = analysis;
  return (
    <>
      <Dial score={riskScore} />
      {riskFactors.length === 0 ? (
        <p class="calm">{say('risk.none')}</p>
      ) : (
        <ul class="factors">
          {riskFactors.map(({ name, points, because }) => (
            <li key={name + because}>
              <span class="points">+{points}</span>
              <span>{because}</span>
            </li>
          ))}
        </ul>
      )}
      {alerts.map((alert) => (
        <p key={alert} class="alert">
          {alert}
        </p>
      ))}
      {anomalies.length > 0 && (
        <ul class="anomalies">
          {anomalies.map(({ type, detail, hop, severity }) => (
            <li
              key={type + detail}
              class={severity}
              onMouseEnter={() => hop !== null && focus([hop])}
              onMouseLeave={unfocus}
            >
              <strong>{sayOr('anomaly', type)}</strong>
              <span>{detail}</span>
            </li>
          ))}
        </ul>
      )}
      <p class="muted basis">
        {baseline.traces === 0
          ? say('baseline.empty')
          : say('baseline', { count: baseline.traces, since: baseline.since?.slice(0, 10) ?? '' })}
      </p>
      <p class="muted basis">
        {lists.map(({ name, updated_at, entries }) => (
          <span key={name}>
            {name}:{' '}
            {entries === null || updated_at === null
              ? say('list.missing')
              : say('list', { count: entries, age: duration((Date.now() - Date.parse(updated_at)) / 1000) })}
          </span>
        ))}
      </p>
    </>
  );
}
