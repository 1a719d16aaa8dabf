import type { ComparisonJson } from '../../../src/wire/comparison.js';
import { getJson } from '../api/request.js';
import { ms } from '../model/figures.js';
import { say, sayOr } from '../words/words.js';
import { moment } from './duration.js';
import { Failure } from './failure.js';
import { useLoaded } from './use-loaded.js';

type HopPair = ComparisonJson['hops'][number];
type HopSide = HopPair['a'];

/** Two runs beside one another: who came, who went, and what became of the latencies. */
export function Comparison({ target, a, b }: { target: string; a: string; b: string }) {
  const { state, reload } = useLoaded(
    (signal) => getJson<ComparisonJson>('/api/compare', { target, a, b }, signal),
    [target, a, b],
  );
  return (
    <section class="card comparison" aria-label={say('compare')} aria-live="polite">
      <header>
        <h2>{say('compare')}</h2>
        {state.kind === 'known' && <p>{verdict(state.value)}</p>}
      </header>
      {state.kind === 'loading' && <p class="muted">{say('loading')}</p>}
      {state.kind === 'failed' && <Failure {...state} onRetry={reload} />}
      {state.kind === 'known' && <Pairs comparison={state.value} />}
    </section>
  );
}

function Pairs({ comparison }: { comparison: ComparisonJson }) {
  const { a, b, hops } = comparison;
  const largest = Math.max(...hops.map(({ latency_difference: difference }) => Math.abs(difference ?? 0)));
  return (
    <section class="scroll" aria-label={say('scrolled', { name: say('compare') })} tabIndex={0}>
      <table class="lines pairs">
        <thead>
          <tr>
            <th scope="col">{say('compare.change')}</th>
            <th scope="colgroup" colSpan={3}>
              {say('compare.before', { when: moment(a.from) })}
            </th>
            <th scope="colgroup" colSpan={3}>
              {say('compare.after', { when: moment(b.from) })}
            </th>
            <th scope="col">{say('compare.difference')}</th>
          </tr>
        </thead>
        <tbody>
          {hops.map((pair) => (
            <tr key={`${pair.a?.hop ?? ''}-${pair.b?.hop ?? ''}`} class={pair.change}>
              <td>
                {pair.change !== 'same' && (
                  <span class={`badge ${pair.change}`}>{sayOr('change', pair.change)}</span>
                )}
                {pair.network_changed && <span class="badge warn">{say('change.network')}</span>}
              </td>
              <Side side={pair.a} />
              <Side side={pair.b} />
              <td class="difference">
                <Difference pair={pair} largest={largest} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Side({ side }: { side: HopSide }) {
  if (side === null) return <td colSpan={3} class="nobody" />;
  const [first, ...others] = side.addresses;
  return (
    <>
      <td class="hop">{side.hop}</td>
      <td class="router">
        {first === undefined ? <span class="muted">{say('silent')}</span> : <code>{first}</code>}
        {others.length > 0 && <span class="badge">{say('hop.others', { count: others.length })}</span>}
        {side.asns.length > 0 && <span class="asn">{side.asns.map((asn) => `AS${asn}`).join(', ')}</span>}
      </td>
      <td class="number">{side.latency !== null && `${ms(side.latency)} ms`}</td>
    </>
  );
}

/** How much slower or faster; pale where that may be chance. */
function Difference({ pair, largest }: { pair: HopPair; largest: number }) {
  const { latency_difference: difference, is_sure: isSure } = pair;
  if (difference === null) return null;
  const share = largest === 0 ? 0 : (50 * Math.abs(difference)) / largest;
  const sign = difference > 0 ? '+' : difference < 0 ? '−' : '±';
  return (
    <div class={`shift ${difference > 0 ? 'slower' : 'faster'} ${isSure ? 'sure' : ''}`}>
      <span class="number">
        {sign}
        {ms(Math.abs(difference))} ms
      </span>
      <svg viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
        <rect class="rail" width="100" height="8" rx="4" />
        <rect class="fill" x={difference > 0 ? 50 : 50 - share} width={share} height="8" />
        <rect class="zero" x="49.5" width="1" height="8" />
      </svg>
      <small>{say(isSure === null ? 'compare.few' : isSure ? 'compare.sure' : 'compare.chance')}</small>
    </div>
  );
}

function verdict({ changed, added, removed, a, b }: ComparisonJson): string {
  if (changed + added + removed === 0) return say('compare.same', { hops: b.hops });
  return say('compare.counts', { changed, added, removed, before: a.hops, after: b.hops });
}
