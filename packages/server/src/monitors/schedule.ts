import { createHash } from 'node:crypto';
import { Cron } from 'croner';
import type { MonitorSpec, Schedule } from '../store/monitor-store.js';

/** Seconds that a monitor's interval may have: 10 s to 30 days. */
export const SHORTEST_EVERY = 10;
export const LONGEST_EVERY = 30 * 86_400;

/** Most milliseconds by which a run is late on purpose. */
const MOST_JITTER_MS = 30_000;

/**
 * The first time after `after` that the schedule names, wall-clock milliseconds; null where there is none.
 * Intervals are counted from a point of their own for each monitor: they keep their times when the process
 * starts anew, and many monitors of one interval are spread over all of it. Pure.
 */
export function nextTime({ request, schedule }: MonitorSpec, after: number): number | null {
  if ('cron' in schedule) return cronOf(schedule).nextRun(new Date(after))?.getTime() ?? null;
  const interval = schedule.every * 1000;
  const phase = Math.floor(share(JSON.stringify(request)) * interval);
  return (Math.floor((after - phase) / interval) + 1) * interval + phase;
}

/**
 * Milliseconds to wait beyond the time named, `random` from 0 to 1: at most a tenth of the interval. Probes at
 * regular times would meet what else is regular always, or never (RFC 2330 section 11.1).
 */
export function jitter(schedule: Schedule, random: number): number {
  const interval = 'cron' in schedule ? Number.POSITIVE_INFINITY : schedule.every * 1000;
  return random * Math.min(MOST_JITTER_MS, interval / 10);
}

/** What is wrong with a pattern, in one sentence, or null. */
export function checkCron(cron: string, timezone?: string): string | null {
  const shown = JSON.stringify(cron);
  try {
    Intl.DateTimeFormat('en', { timeZone: timezone ?? 'UTC' });
  } catch {
    return `timezone ${JSON.stringify(timezone)} is none: give one such as Asia/Tokyo.`;
  }
  try {
    const never = cronOf({ cron, ...(timezone !== undefined && { timezone }) }).nextRun() === null;
    return never ? `cron ${shown} names no time that will ever come.` : null;
  } catch (error) {
    const why = (error as Error).message.replace(/^CronPattern: /, '').replace(/\.?$/, '');
    return `cron ${shown} cannot be used: ${why}.`;
  }
}

function cronOf({ cron, timezone = 'UTC' }: Extract<Schedule, { cron: string }>): Cron {
  return new Cron(cron, { timezone, mode: '5-part', paused: true });
}

/** 0 to 1, the same for the same text. */
function share(text: string): number {
  return createHash('sha256').update(text).digest().readUInt32BE() / 2 ** 32;
}
