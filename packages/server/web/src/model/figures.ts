import type { Capacity } from '../api/hop.js';

/** Milliseconds for people: three figures are enough. */
export function ms(value: number | null): string {
  if (value === null) return '–';
  if (value >= 100) return value.toFixed(0);
  return value >= 10 ? value.toFixed(1) : value.toFixed(2);
}

/** Megabits per second likewise, with the unit that suits. */
export function mbps(value: number): string {
  if (value >= 995) return `${(value / 1000).toPrecision(3)} Gbit/s`;
  return `${value >= 100 ? value.toFixed(0) : Number(value.toPrecision(3))} Mbit/s`;
}

/** From one bandwidth to another, the unit said once. */
export function interval(low: number, high: number): string {
  const [number, unit] = mbps(high).split(' ') as [string, string];
  const scale = unit.startsWith('G') ? 1000 : 1;
  const digits = Math.max(0, 2 - Math.floor(Math.log10(Math.max(low / scale, 1e-3))));
  return `${Number((low / scale).toFixed(Math.min(3, digits)))} – ${number} ${unit}`;
}

export function bandwidth(capacity: Capacity): string {
  if (capacity.mbps === null) return '–';
  return capacity.kind === 'at-least' ? `≥ ${mbps(capacity.mbps)}` : mbps(capacity.mbps);
}

/** A country's flag, out of its two regional indicator symbols (Unicode Technical Standard 51). */
export function flag(countryCode: string | null): string {
  if (countryCode === null || !/^[A-Z]{2}$/.test(countryCode)) return '';
  return String.fromCodePoint(...[...countryCode].map((letter) => 0x1f1e6 + letter.charCodeAt(0) - 65));
}
