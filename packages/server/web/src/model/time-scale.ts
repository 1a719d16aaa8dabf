const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const steps = [
  ...[1, 5, 15, 30].map((count) => count * SECOND),
  ...[1, 5, 15, 30].map((count) => count * MINUTE),
  ...[1, 3, 6, 12].map((count) => count * HOUR),
  ...[1, 2, 7, 14, 30, 90, 365].map((count) => count * DAY),
];

export interface TimeTick {
  readonly at: number;
  readonly label: string;
}

/** At most `most` round times between two, by the clock on the wall here. */
export function timeTicks(from: number, to: number, most: number, locale: string): readonly TimeTick[] {
  const step = steps.find((one) => (to - from) / one <= most) ?? steps.at(-1)!;
  // Whole hours and days are those of local time.
  const shift = new Date(from).getTimezoneOffset() * MINUTE;
  const format = new Intl.DateTimeFormat(locale, formatOf(step));
  const ticks: TimeTick[] = [];
  for (let at = Math.ceil((from - shift) / step) * step + shift; at <= to; at += step) {
    ticks.push({ at, label: format.format(at) });
  }
  return ticks;
}

function formatOf(step: number): Intl.DateTimeFormatOptions {
  if (step >= DAY) return { month: 'short', day: 'numeric' };
  const time: Intl.DateTimeFormatOptions = { hour: '2-digit', minute: '2-digit' };
  return step >= MINUTE ? time : { ...time, second: '2-digit' };
}
