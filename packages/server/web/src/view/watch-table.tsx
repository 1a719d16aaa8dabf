import type { ReadonlySignal } from '@preact/signals';
import { memo } from 'preact/compat';
import { flag, ms } from '../model/figures.js';
import type { WatchHop, WatchRun } from '../model/watch-run.js';
import { say } from '../words/words.js';
import { LossBar } from './loss-bar.js';

const columns = ['hop', 'router', 'loss', 'sent', 'last', 'median', 'p95', 'max', 'jitter'] as const;

interface Props {
  readonly run: WatchRun;
  /** The TTL that the chart shows. */
  readonly shown: number;
  readonly onShow: (ttl: number) => void;
}

/** Every hop in a line, with its figures over all rounds. The table itself is drawn anew only when the path is. */
export const WatchTable = memo(function WatchTable({ run, shown, onShow }: Props) {
  return (
    <section class="card table" aria-label={say('table')}>
      <header>
        <h2>{say('table')}</h2>
        <p class="muted">{say('watch.choose')}</p>
      </header>
      <section class="scroll" aria-label={say('table.scroll')} tabIndex={0}>
        <table class="lines watch">
          <thead>
            <tr>
              {columns.map((name) => (
                <th key={name} scope="col" class={name}>
                  {say(`watch.column.${name}`)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {run.ttls.map((ttl) => (
              <WatchRow key={ttl} ttl={ttl} hop={run.hop(ttl)} isShown={ttl === shown} onShow={onShow} />
            ))}
          </tbody>
        </table>
      </section>
    </section>
  );
});

interface RowProps {
  readonly ttl: number;
  readonly hop: ReadonlySignal<WatchHop>;
  readonly isShown: boolean;
  readonly onShow: (ttl: number) => void;
}

const WatchRow = memo(function WatchRow({ ttl, hop: { value: hop }, isShown, onShow }: RowProps) {
  const isSilent = hop.ip === '*';
  const classes = [isSilent && 'silent', hop.threats.length > 0 && 'threatened', isShown && 'picked'];
  return (
    <tr class={classes.filter(Boolean).join(' ')} data-ttl={ttl}>
      <th scope="row" class="hop">
        <button
          type="button"
          class="more"
          aria-pressed={isShown}
          aria-label={say('watch.show', { hop: ttl })}
          onClick={() => onShow(ttl)}
        >
          {ttl}
        </button>
      </th>
      <td class="router">{isSilent ? <span class="muted">{say('silent')}</span> : <Router hop={hop} />}</td>
      <td class="loss">
        <LossBar loss={{ ...hop.loss, ...windowOf(hop) }} />
      </td>
      <Figure name="sent" value={String(hop.sent)} />
      <Figure name="last" value={hop.last === null ? (hop.rtt === null ? '' : '×') : ms(hop.last)} />
      <Figure name="median" value={hop.rtt === null ? '' : ms(hop.rtt.median)} />
      <Figure name="p95" value={hop.rtt === null ? '' : ms(hop.rtt.p95)} />
      <Figure name="max" value={hop.rtt === null ? '' : ms(hop.rtt.max)} />
      <Figure name="jitter" value={hop.jitter_ms === null ? '' : ms(hop.jitter_ms.mean)} />
    </tr>
  );
});

type FigureName = Exclude<(typeof columns)[number], 'hop' | 'router' | 'loss'>;

function Figure({ name, value }: { name: FigureName; value: string }) {
  return (
    <td class={`number ${name}`} data-name={say(`watch.column.${name}`)}>
      {value}
    </td>
  );
}

function Router({ hop }: { hop: WatchHop }) {
  const { network, place } = hop;
  return (
    <>
      {hop.hostname !== null && <span class="name">{hop.hostname}</span>}
      <code class="address">{hop.ip}</code>
      {hop.addresses.length > 1 && (
        <span class="badge">{say('hop.others', { count: hop.addresses.length - 1 })}</span>
      )}
      {hop.threats.map(({ list, prefix }) => (
        <span key={list + prefix} class="badge danger">
          {list}
        </span>
      ))}
      {(network !== null || place !== null) && (
        <span class="owner">
          {place !== null && (
            <>
              <span aria-hidden="true">{flag(place.country_code)}</span>{' '}
            </>
          )}
          {network !== null && `AS${network.asn} ${network.name}`}
        </span>
      )}
    </>
  );
}

/** The share is of all rounds; the verdict alone is of the newest hundred. */
function windowOf({ sent, received }: WatchHop) {
  return { sent, received, ratio: sent === 0 ? 0 : 1 - received / sent };
}
