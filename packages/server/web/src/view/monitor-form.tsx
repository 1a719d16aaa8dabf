import { useState } from 'preact/hooks';
import { sendJson } from '../api/request.js';
import { failure } from '../model/trace-run.js';
import { say } from '../words/words.js';
import { duration } from './duration.js';
import { Failure, type Trouble } from './failure.js';
import { Icon } from './icon.js';

/** Seconds between two runs. */
const intervals = [60, 300, 900, 3600, 86_400];
const usual = 300;

/** A target, and when it is traced. */
export function MonitorForm({ onAdded }: { onAdded: () => void }) {
  const [schedule, setSchedule] = useState(String(usual));
  const [trouble, setTrouble] = useState<Trouble | null>(null);
  const [isSending, setSending] = useState(false);
  const isCron = schedule === 'cron';

  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    const data = new FormData(form);
    const protocol = String(data.get('protocol'));
    setSending(true);
    try {
      await sendJson('POST', '/api/monitors', {
        target: String(data.get('target')).trim(),
        ...(protocol !== '' && { protocol }),
        ...(isCron
          ? {
              cron: String(data.get('cron')).trim(),
              timezone: Intl.DateTimeFormat().resolvedOptions().timeZone,
            }
          : { every: Number(schedule) }),
      });
      setTrouble(null);
      form.reset();
      setSchedule(String(usual));
      onAdded();
    } catch (error) {
      setTrouble(failure(error));
    } finally {
      setSending(false);
    }
  };
  return (
    <>
      <form class="ask" onSubmit={submit}>
        <div class="field">
          <label for="monitored">{say('target')}</label>
          <input
            id="monitored"
            name="target"
            required
            placeholder="example.com, 9.9.9.9, 2620:fe::fe"
            autocomplete="off"
            autocapitalize="none"
            spellcheck={false}
            maxLength={2048}
          />
        </div>
        <div class="field small">
          <label for="schedule">{say('monitor.schedule')}</label>
          <select
            id="schedule"
            value={schedule}
            onChange={({ currentTarget }) => setSchedule(currentTarget.value)}
          >
            {intervals.map((seconds) => (
              <option key={seconds} value={String(seconds)}>
                {every(seconds)}
              </option>
            ))}
            <option value="cron">{say('monitor.cron')}</option>
          </select>
        </div>
        {isCron && (
          <div class="field small">
            <label for="cron">{say('monitor.cron.label')}</label>
            <input id="cron" name="cron" required placeholder="*/10 8-18 * * 1-5" spellcheck={false} />
          </div>
        )}
        <div class="field small">
          <label for="protocol">{say('protocol')}</label>
          <select id="protocol" name="protocol">
            <option value="">{say('auto')}</option>
            <option value="icmp">ICMP</option>
            <option value="udp">UDP</option>
          </select>
        </div>
        <button type="submit" class="main" disabled={isSending}>
          <Icon name="plus" />
          {say('monitor.add')}
        </button>
      </form>
      {trouble !== null && <Failure {...trouble} onRetry={() => setTrouble(null)} />}
    </>
  );
}

export function every(seconds: number): string {
  return say('monitor.every', { time: duration(seconds) });
}
