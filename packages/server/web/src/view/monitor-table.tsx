import type { MonitorJson } from '../../../src/wire/monitor.js';
import { say } from '../words/words.js';
import { moment } from './duration.js';
import { Icon } from './icon.js';
import { Link } from './link.js';
import { every } from './monitor-form.js';
import { RemoveButton } from './remove-button.js';

const columns = ['target', 'schedule', 'last', 'next', 'runs'] as const;
const name = (column: (typeof columns)[number]) => say(`monitor.column.${column}`);

interface Props {
  readonly monitors: readonly MonitorJson[];
  readonly onRemoved: () => void;
}

export function MonitorTable({ monitors, onRemoved }: Props) {
  return (
    <section class="card" aria-label={say('view.monitors')}>
      <header>
        <h2>{say('view.monitors')}</h2>
      </header>
      {monitors.length === 0 ? (
        <p class="muted">{say('monitor.none')}</p>
      ) : (
        <section class="scroll" aria-label={say('scrolled', { name: say('view.monitors') })} tabIndex={0}>
          <table class="lines monitors">
            <thead>
              <tr>
                {columns.map((column) => (
                  <th key={column} scope="col">
                    {name(column)}
                  </th>
                ))}
                <th scope="col">
                  <span class="hidden">{say('remove')}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {monitors.map((monitor) => (
                <MonitorRow key={monitor.id} monitor={monitor} onRemoved={onRemoved} />
              ))}
            </tbody>
          </table>
        </section>
      )}
    </section>
  );
}

function MonitorRow({ monitor, onRemoved }: { monitor: MonitorJson; onRemoved: () => void }) {
  const { id, target, protocol, family, last, next_at: next, runs, skipped, origin } = monitor;
  const kind = [protocol?.toUpperCase(), family && `IPv${family}`].filter(Boolean).join(', ');
  return (
    <tr>
      <th scope="row">
        <Link to={{ view: 'history', target }}>{target}</Link>
        {kind !== '' && <span class="muted"> {kind}</span>}
      </th>
      <td data-name={name('schedule')}>{scheduleOf(monitor)}</td>
      <td data-name={name('last')}>
        {last === null ? (
          <span class="muted">{say('monitor.never')}</span>
        ) : (
          <>
            <time dateTime={last.started_at}>{moment(last.started_at)}</time>
            {last.problem !== null && (
              <span class="trouble">
                <Icon name="warning" />
                {last.problem}
              </span>
            )}
          </>
        )}
      </td>
      <td data-name={name('next')}>
        {next === null ? say('monitor.never') : <time dateTime={next}>{moment(next)}</time>}
      </td>
      <td class="number" data-name={name('runs')}>
        {runs}
        {skipped > 0 && <small> {say('monitor.skipped', { count: skipped })}</small>}
      </td>
      <td>
        {origin === 'config' ? (
          <span class="muted">{say('configured')}</span>
        ) : (
          <RemoveButton
            path={`/api/monitors/${id}`}
            question={say('monitor.remove', { target })}
            onRemoved={onRemoved}
          />
        )}
      </td>
    </tr>
  );
}

function scheduleOf({ every: seconds, cron, timezone }: MonitorJson) {
  if (seconds !== undefined) return every(seconds);
  return (
    <>
      <code>{cron}</code> <span class="muted">{timezone ?? 'UTC'}</span>
    </>
  );
}
