import type { ComponentChildren } from 'preact';
import type { Hop } from '../api/hop.js';
import { ms } from '../model/figures.js';
import { say, type Word } from '../words/words.js';

/** All that is known of a hop and has no room in its row: with the reasons of what the row says. */
export function HopDetail({ hop }: { hop: Hop }) {
  const { addresses, samples_ms: samples, rtt, jitter_ms: jitter, loss, capacity, network, place } = hop;
  return (
    <dl>
      {hop.threats.map(({ list, prefix, reason, listed_at: since }) => (
        <Line key={list + prefix} of="detail.threat">
          {[`${list}: ${prefix}`, reason, since?.slice(0, 10)].filter(Boolean).join(' · ')}
        </Line>
      ))}
      {addresses.length > 1 && <Line of="detail.addresses">{addresses.join(', ')}</Line>}
      {rtt !== null && (
        <>
          <Line of="detail.rtt">
            {say('detail.rtt.values', { min: ms(rtt.min), median: ms(rtt.median), max: ms(rtt.max) })}
          </Line>
          <Line of="detail.samples">{samples.map(ms).join(' · ')} ms</Line>
        </>
      )}
      {jitter !== null && (
        <Line of="detail.jitter">
          {say('detail.jitter.values', { mean: ms(jitter.mean), rfc: ms(jitter.rfc3550) })}
        </Line>
      )}
      {loss.sent > 0 && <Line of="column.loss">{loss.evidence}</Line>}
      {capacity.reason !== null && <Line of="column.bandwidth">{capacity.reason}</Line>}
      {place?.feasible === false && <Line of="column.place">{say('infeasible')}</Line>}
      {place !== null && <Line of="detail.source">{placeSource(place)}</Line>}
      {network?.prefix && <Line of="detail.prefix">{network.prefix}</Line>}
      {hop.mpls.length > 0 && (
        <Line of="detail.mpls">{hop.mpls.map(({ label, ttl }) => `${label} (TTL ${ttl})`).join(', ')}</Line>
      )}
    </dl>
  );
}

function Line({ of: name, children }: { of: Word; children: ComponentChildren }) {
  return (
    <div>
      <dt>{say(name)}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function placeSource({ source, radius_km: radius }: NonNullable<Hop['place']>): string {
  return radius === null ? source : `${source} (± ${Math.round(radius)} km)`;
}
