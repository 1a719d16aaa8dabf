import type { Hop } from '../api/hop.js';
import { toCsv, toJson, toText } from '../model/export.js';
import { ticks } from '../model/scale.js';
import { say } from '../words/words.js';
import { Copy } from './copy.js';
import { HopRow } from './hop-row.js';
import { Legend } from './legend.js';

const headings = ['hop', 'router', 'place', 'network', 'loss', 'latency', 'jitter', 'bandwidth'] as const;

/** Every hop in a line; all latencies on one scale. */
export function HopTable({ hops, isLive }: { hops: readonly Hop[]; isLive: boolean }) {
  const scaleMs = ticks(0, Math.max(...hops.map(({ rtt }) => rtt?.max ?? 0))).at(-1)!;
  return (
    <section class="card table" aria-label={say('table')}>
      <header>
        <h2>{say('table')}</h2>
        <Copy
          name="path"
          forms={[
            { name: 'text', type: 'text/plain', write: () => toText(hops) },
            { name: 'json', type: 'application/json', write: () => toJson(hops) },
            { name: 'csv', type: 'text/csv', write: () => toCsv(hops) },
            { name: 'link', type: 'text/uri-list', write: () => location.href },
          ]}
        />
      </header>
      <section class="scroll" aria-label={say('table.scroll')} tabIndex={0}>
        <table class="hops" aria-busy={isLive}>
          <thead>
            <tr>
              {headings.map((name) => (
                <th key={name} scope="col" class={name}>
                  {say(`column.${name}`)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {hops.map((hop) => (
              <HopRow key={hop.hop} hop={hop} scaleMs={scaleMs} />
            ))}
          </tbody>
        </table>
      </section>
      <Legend
        marks={[
          ['lost', 'legend.lost'],
          ['unanswered', 'legend.unanswered'],
          ['reach', 'legend.reach'],
          ['listed', 'legend.listed'],
        ]}
      />
    </section>
  );
}
