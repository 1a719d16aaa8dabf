import { useEffect, useState } from 'preact/hooks';
import { getJson } from '../api/request.js';
import { say } from '../words/words.js';

interface Ready {
  readonly version: string;
  readonly socket: { readonly name: string; readonly stamps: string };
  readonly sources: readonly {
    readonly name: string;
    readonly attribution: string;
    readonly url: string | null;
    readonly updated_at: string | null;
  }[];
}

/** Whose data this is: some of their licences ask for it. */
export function Footer() {
  const [ready, setReady] = useState<Ready | null>(null);
  useEffect(() => {
    const abort = new AbortController();
    getJson<Ready>('/api/ready', {}, abort.signal).then(setReady, () => {});
    return () => abort.abort();
  }, []);
  const credits = new Map((ready?.sources ?? []).map(({ attribution, url }) => [attribution, url]));
  return (
    <footer class="credits">
      <p>
        {say('credits')}{' '}
        {[...credits].map(([attribution, url], index) => (
          <span key={attribution}>
            {index > 0 && ' · '}
            {url === null ? (
              attribution
            ) : (
              <a href={url} rel="noreferrer">
                {attribution}
              </a>
            )}
          </span>
        ))}
      </p>
      {ready !== null && (
        <p>
          Locator {ready.version} · {say('socket', { name: ready.socket.name })} · <a href="/docs">API</a>
        </p>
      )}
    </footer>
  );
}
