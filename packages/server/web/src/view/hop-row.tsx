import { memo } from 'preact/compat';
import { useState } from 'preact/hooks';
import type { Hop } from '../api/hop.js';
import { bandwidth, flag, interval, ms } from '../model/figures.js';
import { focus, focused, unfocus } from '../model/focus.js';
import { say, sayOr } from '../words/words.js';
import { HopDetail } from './hop-detail.js';
import { Icon } from './icon.js';
import { LossBar } from './loss-bar.js';
import { Sparkline } from './sparkline.js';
import { Whisker } from './whisker.js';

/** One hop. Only what changed is drawn again: rows come in one by one and are revised later. */
export const HopRow = memo(function HopRow({ hop, scaleMs }: { hop: Hop; scaleMs: number }) {
  const [isOpen, setOpen] = useState(false);
  const isSilent = hop.ip === '*';
  const classes = [
    isSilent && 'silent',
    hop.threats.length > 0 && 'threatened',
    focused.value.has(hop.hop) && 'focused',
    isOpen && 'open',
  ];
  const point = () => focus([hop.hop]);
  return (
    <>
      <tr
        class={classes.filter(Boolean).join(' ')}
        data-ttl={hop.hop}
        onMouseEnter={point}
        onMouseLeave={unfocus}
        onFocusCapture={point}
        onBlurCapture={unfocus}
      >
        <th scope="row" class="hop">
          <button
            type="button"
            class="more"
            aria-expanded={isOpen}
            aria-label={say('hop.more', { hop: hop.hop })}
            onClick={() => setOpen(!isOpen)}
          >
            <Icon name="chevron" />
            {hop.hop}
          </button>
        </th>
        <td class="router">{isSilent ? <span class="muted">{say('silent')}</span> : <Router hop={hop} />}</td>
        <td class="place">{!isSilent && <Where hop={hop} />}</td>
        <td class="network">
          {hop.network !== null && (
            <>
              <span class="asn">AS{hop.network.asn}</span> {hop.network.name}
            </>
          )}
        </td>
        <td class="loss">
          <LossBar loss={hop.loss} />
        </td>
        <td class="latency">
          {hop.rtt !== null && (
            <div class="measure">
              <span class="number">
                {ms(hop.latency)} <small>ms</small>
              </span>
              <Whisker rtt={hop.rtt} scaleMs={scaleMs} />
              <Sparkline values={hop.samples_ms} />
            </div>
          )}
        </td>
        <td class="jitter">
          {hop.jitter_ms !== null && <span class="number">{ms(hop.jitter_ms.mean)}</span>}
        </td>
        <td class="bandwidth">{!isSilent && <Bandwidth hop={hop} />}</td>
      </tr>
      {isOpen && (
        <tr class="detail">
          <td colSpan={8}>
            <HopDetail hop={hop} />
          </td>
        </tr>
      )}
    </>
  );
});

function Router({ hop }: { hop: Hop }) {
  const others = hop.addresses.length - 1;
  return (
    <>
      {hop.hostname !== null && <span class="name">{hop.hostname}</span>}
      <code class="address">{hop.ip}</code>
      {others > 0 && <span class="badge">{say('hop.others', { count: others })}</span>}
      {hop.mpls.length > 0 && <span class="badge">MPLS</span>}
      {hop.unreachable !== null && <span class="badge warn">{sayOr('unreachable', hop.unreachable)}</span>}
      {hop.threats.map(({ list, prefix }) => (
        <span key={list + prefix} class="badge danger">
          {list}
        </span>
      ))}
    </>
  );
}

function Where({ hop }: { hop: Hop }) {
  if (hop.place === null) {
    return <span class="muted">{hop.special === null ? '' : sayOr('special', hop.special)}</span>;
  }
  const { city, country, country_code: code, feasible } = hop.place;
  return (
    <span class={feasible === false ? 'doubtful' : undefined}>
      <span class="flag" aria-hidden="true">
        {flag(code)}
      </span>{' '}
      {[city, country].filter(Boolean).join(', ')}
    </span>
  );
}

function Bandwidth({ hop: { capacity } }: { hop: Hop }) {
  const { kind, low, high } = capacity;
  if (kind === 'unmeasured') return <span class="muted">–</span>;
  return (
    <span class="number">
      {bandwidth(capacity)}
      {low !== null && high !== null && <small>{interval(low, high)}</small>}
    </span>
  );
}
