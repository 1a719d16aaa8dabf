import { ms } from '../model/figures.js';
import { ranges } from '../model/stops.js';
import { latencyAt, median, type Variant } from '../model/variants.js';
import { say } from '../words/words.js';
import { moment } from './duration.js';

/** The ways that a target's packets have gone, and how often. */
export function Variants({ variants, count }: { variants: readonly Variant[]; count: number }) {
  return (
    <section class="card" aria-label={say('history.ways')}>
      <header>
        <h2>{say('history.ways')}</h2>
        <p class="muted">{say('history.ways.hint')}</p>
      </header>
      <ul class="ways">
        {variants.map((variant) => (
          <li key={variant.id} class={`way-${variant.colour}`}>
            <span class="letter">{variant.name}</span>
            <span class="share">
              <progress
                max={count}
                value={variant.runs.length}
                aria-label={say('history.way', { name: variant.name })}
              />
              <span class="number">{say('history.share', { runs: variant.runs.length, count })}</span>
            </span>
            <span>{differs(variant)}</span>
            <span class="muted">
              {say('history.way.hops', {
                hops: variant.runs[0]!.result.length,
                latency: ms(typical(variant)),
              })}
            </span>
            <span class="muted">{say('history.last', { when: moment(variant.runs[0]!.started_at) })}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function differs({ differsAt, name }: Variant): string {
  if (name === 'A') return say('history.way.usual');
  return say('history.way.differs', { hops: ranges(differsAt) });
}

function typical({ runs }: Variant): number | null {
  return median(runs.map((run) => latencyAt(run, 'end')).filter((latency) => latency !== null));
}
