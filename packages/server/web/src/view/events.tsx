import { useEffect, useMemo, useState } from 'preact/hooks';
import type { EventJson } from '../../../src/wire/event.js';
import { EventFeed } from '../model/event-feed.js';
import { token } from '../token.js';
import { say, sayOr } from '../words/words.js';
import { moment } from './duration.js';
import { Failure } from './failure.js';
import { Link } from './link.js';

const types: readonly EventJson['type'][] = [
  'PathDeviation',
  'HighLatency',
  'PacketLoss',
  'MaliciousIP',
  'RoutingLoop',
  'GeoInfeasible',
  'DestinationUnreachable',
];

/** What changed, as it happens. */
export function Events() {
  const feed = useMemo(() => new EventFeed(), []);
  const [type, setType] = useState('');
  useEffect(() => {
    feed.open(type);
    return () => feed.close();
  }, [type, token.value]);
  const state = feed.state.value;
  const events = feed.events.value;
  return (
    <section class="card" aria-label={say('events')}>
      <header>
        <h2>
          {say('events')}
          {state.kind === 'live' && <span class="live">{say('events.live')}</span>}
        </h2>
        <label class="inline">
          {say('events.type')}
          <select value={type} onChange={({ currentTarget }) => setType(currentTarget.value)}>
            <option value="">{say('events.all')}</option>
            {types.map((one) => (
              <option key={one} value={one}>
                {sayOr('anomaly', one)}
              </option>
            ))}
          </select>
        </label>
      </header>
      {state.kind === 'failed' && <Failure {...state} onRetry={() => feed.open(type)} />}
      {state.kind === 'live' && events.length === 0 && <p class="muted">{say('events.none')}</p>}
      <ul class="events" aria-live="polite">
        {events.map((event) => (
          <EventLine key={event.id} event={event} />
        ))}
      </ul>
    </section>
  );
}

function EventLine({ event }: { event: EventJson }) {
  const { at, target, type, state, severity, detail } = event;
  return (
    <li class={severity}>
      <time dateTime={at}>{moment(at)}</time>
      <span class={`badge ${severity}`}>{sayOr('severity', severity)}</span>
      <span>
        <strong>{sayOr('anomaly', type)}</strong>
        {state !== 'change' && ` ${sayOr('state', state)}`} ·{' '}
        <Link to={{ view: 'history', target }}>{target}</Link>
        <span class="detail">{detail}</span>
      </span>
    </li>
  );
}
