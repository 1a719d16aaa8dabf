import { language } from '../preferences.js';
import { say } from '../words/words.js';

const units = [
  ['days', 86_400],
  ['hours', 3600],
  ['minutes', 60],
  ['seconds', 1],
] as const;

/** A length of time in the largest unit of which there are two: `90 s`, `2 h`, `3 days`. */
export function duration(seconds: number): string {
  const whole = Math.max(0, seconds);
  const [name, length] = units.find(([, unit]) => whole >= 2 * unit) ?? units[3];
  return say(`duration.${name}`, { count: Math.round(whole / length) });
}

/** A moment as people of the page's language write it, by this machine's time zone. */
export function moment(instant: string | number): string {
  return new Date(instant).toLocaleString(language.value === 'zh' ? 'zh-CN' : 'en-GB', {
    dateStyle: 'medium',
    timeStyle: 'medium',
  });
}
