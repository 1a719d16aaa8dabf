import { say } from '../words/words.js';

const RADIUS = 52;
/** Three quarters of a circle, open at the bottom. */
const SWEEP = 0.75 * 2 * Math.PI * RADIUS;

/** A score of 0 to 100; null while it is not known. */
export function Dial({ score }: { score: number | null }) {
  const level = score === null ? 'unknown' : score >= 70 ? 'high' : score >= 40 ? 'medium' : 'low';
  return (
    <div class={`dial ${level}`}>
      <svg
        viewBox="0 0 128 112"
        role="img"
        aria-label={score === null ? say('risk.pending') : say('risk.score', { score })}
      >
        <g transform="rotate(135 64 64)">
          <circle class="rail" cx="64" cy="64" r={RADIUS} stroke-dasharray={`${SWEEP} 1000`} />
          {score !== null && score > 0 && (
            <circle
              class="fill"
              cx="64"
              cy="64"
              r={RADIUS}
              stroke-dasharray={`${(SWEEP * score) / 100} 1000`}
            />
          )}
        </g>
        <text class="score" x="64" y="72" text-anchor="middle">
          {score === null ? '–' : Math.round(score)}
        </text>
        <text class="level" x="64" y="100" text-anchor="middle">
          {say(`risk.${level}`)}
        </text>
      </svg>
    </div>
  );
}
