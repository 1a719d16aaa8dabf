import type { Hop } from '../api/hop.js';
import { ms } from '../model/figures.js';

/** Smallest to largest RTT with the median, on a scale from 0 to `scaleMs`. */
export function Whisker({ rtt, scaleMs }: { rtt: NonNullable<Hop['rtt']>; scaleMs: number }) {
  const x = (value: number) => (100 * value) / scaleMs;
  return (
    <svg
      class="whisker"
      viewBox="-2 0 104 12"
      preserveAspectRatio="none"
      role="img"
      aria-label={`${ms(rtt.min)} – ${ms(rtt.max)} ms`}
    >
      <line class="rail" x1="0" x2="100" y1="6" y2="6" />
      <line class="span" x1={x(rtt.min)} x2={x(rtt.max)} y1="6" y2="6" />
      <rect class="median" x={x(rtt.median) - 1} y="1.5" width="2" height="9" rx="1" />
    </svg>
  );
}
