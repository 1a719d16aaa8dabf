import { ms } from '../model/figures.js';
import { latencyAt, type Run, type Variant } from '../model/variants.js';
import { say } from '../words/words.js';
import { moment } from './duration.js';

interface Props {
  readonly runs: readonly Run[];
  readonly variants: readonly Variant[];
  readonly picked: readonly string[];
  readonly onPick: (id: number) => void;
  /** Asks for earlier ones; null: there are none. */
  readonly onMore: (() => void) | null;
}

/** Runs in a line each; two of them are picked to be compared. */
export function RunTable({ runs, variants, picked, onPick, onMore }: Props) {
  const variantOf = new Map(variants.flatMap((variant) => variant.runs.map((run) => [run.id, variant])));
  return (
    <section class="card" aria-label={say('history.table')}>
      <header>
        <h2>{say('history.table')}</h2>
        <p class="muted">{say(picked.length === 2 ? 'history.picked' : 'history.pick')}</p>
      </header>
      <section class="scroll tall" aria-label={say('scrolled', { name: say('history.table') })} tabIndex={0}>
        <table class="lines runs-table">
          <thead>
            <tr>
              {(['compare', 'started', 'way', 'protocol', 'hops', 'latency', 'took'] as const).map((name) => (
                <th key={name} scope="col">
                  {say(`run.${name}`)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {runs.map((run) => {
              const { id, started_at: startedAt, protocol, address, result, duration_ms: took } = run;
              const variant = variantOf.get(id)!;
              const isPicked = picked.includes(String(id));
              return (
                <tr key={id} class={isPicked ? 'picked' : undefined}>
                  <td class="compare">
                    <input
                      type="checkbox"
                      checked={isPicked}
                      aria-label={say('run.pick', { when: moment(startedAt) })}
                      onChange={() => onPick(id)}
                    />
                  </td>
                  <th scope="row" class="started">
                    <time dateTime={startedAt}>{moment(startedAt)}</time>
                  </th>
                  <td class={`way way-${variant.colour}`}>
                    <span class="letter">{variant.name}</span>
                  </td>
                  <td class="plain">
                    {protocol.toUpperCase()}, IPv{address.includes(':') ? 6 : 4}
                  </td>
                  <td class="number">{result.length}</td>
                  <td class="number">{latencyText(run)}</td>
                  <td class="number">{(took / 1000).toFixed(2)} s</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </section>
      {onMore !== null && (
        <button type="button" class="quiet" onClick={onMore}>
          {say('history.more')}
        </button>
      )}
    </section>
  );
}

function latencyText(run: Run): string {
  const latency = latencyAt(run, 'end');
  return latency === null ? say('history.unreached') : `${ms(latency)} ms`;
}
