import { useEffect } from 'preact/hooks';
import { getJson, type RequestError } from '../api/request.js';
import { say, sayOr } from '../words/words.js';
import { Icon } from './icon.js';
import { TokenForm } from './token-form.js';

const ASK_AGAIN_MS = 2000;

export interface Trouble {
  readonly code: string;
  readonly sentence: string;
}

/** What went wrong, and what to do about it. When the server is away it is asked for until it is back. */
export function Failure({ code, sentence, onRetry }: Trouble & { onRetry: () => void }) {
  const isAway = code === 'SERVER_AWAY';
  useEffect(() => {
    if (!isAway) return;
    // Any answer shows that it is back, be it a refusal.
    const ask = () => getJson('/api/live').then(onRetry, (error: RequestError) => error.isAway || onRetry());
    const timer = setInterval(ask, ASK_AGAIN_MS);
    return () => clearInterval(timer);
  }, [isAway]);
  const help = sayOr('fix', code);
  return (
    <div class="failure" role="alert">
      <Icon name="warning" />
      <div>
        <strong>{isAway ? say('away') : sentence}</strong>
        {help !== code && <p>{help}</p>}
        {code === 'UNAUTHORIZED' && <TokenForm onGiven={onRetry} />}
      </div>
      {!isAway && code !== 'UNAUTHORIZED' && (
        <button type="button" class="quiet" onClick={onRetry}>
          {say('retry')}
        </button>
      )}
    </div>
  );
}
