import type { Hop } from '../api/hop.js';
import { say, sayOr } from '../words/words.js';

/** How much is missing, and whether that is loss: only packets lost on their way are drawn as a fault. */
export function LossBar({ loss }: { loss: Pick<Hop['loss'], 'ratio' | 'sent' | 'received' | 'verdict'> }) {
  const { ratio, sent, received, verdict } = loss;
  if (sent === 0) return null;
  const percent =
    ratio === 0 ? '0 %' : `${Math.max(1, Math.min(received === 0 ? 100 : 99, Math.round(100 * ratio)))} %`;
  return (
    <div class={`lossbar ${verdict}`}>
      <span class="number">{percent}</span>
      <svg viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">
        <rect class="rail" width="100" height="6" rx="3" />
        <rect class="fill" width={100 * ratio} height="6" rx="3" />
      </svg>
      {verdict !== 'none' && <span class="verdict">{sayOr('verdict', verdict)}</span>}
      <span class="hidden">{say('loss.of', { received, sent })}</span>
    </div>
  );
}
