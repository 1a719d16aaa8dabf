import { IntelError, reasonOf } from '../errors.js';

export interface Request {
  readonly url: URL;
  readonly fetch: typeof fetch;
  /** What the server said of the copy we have; null asks for the whole. */
  readonly etag: string | null;
  readonly lastModified: string | null;
  /** Milliseconds for everything: connection, redirects and the last byte. */
  readonly timeoutMs: number;
  /** Bytes of the body, after any content encoding. */
  readonly largest: number;
  readonly signal: AbortSignal | null;
  /** Sent to the first host only. */
  readonly authorization?: string;
}

export type Answer =
  | { readonly kind: 'unchanged' }
  | {
      readonly kind: 'fresh';
      readonly body: Buffer;
      readonly etag: string | null;
      readonly lastModified: string | null;
    }
  /** The server answered, but not with the file. `retryAfterMs` is what it asks for. */
  | { readonly kind: 'refused'; readonly sentence: string; readonly retryAfterMs: number | null };

const MOST_REDIRECTS = 5;

/** Longest header kept: an entity tag is sent back as it came. */
const LONGEST_HEADER = 512;

/**
 * Fetches a file within limits of time, size and redirects. Throws DOWNLOAD_FAILED, DOWNLOAD_TOO_SLOW,
 * DOWNLOAD_TOO_LARGE, or ABORTED for the caller's own signal.
 */
export async function download(request: Request): Promise<Answer> {
  const { timeoutMs, signal } = request;
  const deadline = new AbortController();
  const timer = setTimeout(() => deadline.abort(), timeoutMs);
  const stop = () => deadline.abort();
  signal?.addEventListener('abort', stop, { once: true });
  try {
    if (signal?.aborted === true) throw new IntelError('ABORTED');
    return await answerOf(request, deadline.signal);
  } catch (error) {
    if (signal?.aborted === true) throw new IntelError('ABORTED', undefined, error);
    if (deadline.signal.aborted)
      throw new IntelError('DOWNLOAD_TOO_SLOW', `not done after ${timeoutMs / 1000} s`);
    throw error instanceof IntelError ? error : new IntelError('DOWNLOAD_FAILED', causeOf(error), error);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', stop);
    // Whatever is left of a body that was not read to its end is not wanted any more.
    deadline.abort();
  }
}

async function answerOf(request: Request, signal: AbortSignal): Promise<Answer> {
  const { etag, lastModified, authorization } = request;
  const headers: Record<string, string> = { 'user-agent': 'locator-intel', accept: '*/*' };
  if (etag !== null) headers['if-none-match'] = etag;
  if (lastModified !== null) headers['if-modified-since'] = lastModified;

  let url = request.url;
  for (let redirects = 0; ; redirects++) {
    const sent = { ...headers };
    if (authorization !== undefined && url.origin === request.url.origin) sent.authorization = authorization;
    const response = await request.fetch(url, { headers: sent, redirect: 'manual', signal });
    const location = response.headers.get('location');
    if (response.status >= 300 && response.status < 400 && response.status !== 304 && location !== null) {
      if (redirects === MOST_REDIRECTS)
        throw new IntelError('DOWNLOAD_FAILED', `more than ${MOST_REDIRECTS} redirects`);
      url = nextUrl(url, location);
      await response.body?.cancel();
      continue;
    }
    if (response.status === 304) return { kind: 'unchanged' };
    if (response.status !== 200) {
      return {
        kind: 'refused',
        sentence: `the server answered ${response.status}`,
        retryAfterMs: retryAfter(response.headers.get('retry-after'), response.headers.get('date')),
      };
    }
    return {
      kind: 'fresh',
      body: await bodyOf(response, request.largest),
      etag: headerOf(response, 'etag'),
      lastModified: headerOf(response, 'last-modified'),
    };
  }
}

function nextUrl(from: URL, location: string): URL {
  const url = URL.canParse(location, from.href) ? new URL(location, from) : null;
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:')) {
    throw new IntelError('DOWNLOAD_FAILED', 'a redirect to something that is no web address');
  }
  if (from.protocol === 'https:' && url.protocol === 'http:') {
    throw new IntelError('DOWNLOAD_FAILED', 'a redirect from https to http');
  }
  return url;
}

async function bodyOf(response: Response, largest: number): Promise<Buffer> {
  const announced = Number(response.headers.get('content-length') ?? 0);
  const tooLarge = () => new IntelError('DOWNLOAD_TOO_LARGE', `more than ${largest} bytes`);
  if (announced > largest) throw tooLarge();
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.length;
    if (size > largest) throw tooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, size);
}

function headerOf(response: Response, name: string): string | null {
  const value = response.headers.get(name);
  return value !== null && value.length <= LONGEST_HEADER ? value : null;
}

/** RFC 9110 section 10.2.3: seconds, or a date, which is read against the server's own clock. */
function retryAfter(value: string | null, date: string | null): number | null {
  if (value === null) return null;
  if (/^\d{1,9}$/.test(value)) return Number(value) * 1000;
  const wait = Date.parse(value) - Date.parse(date ?? '');
  return Number.isNaN(wait) ? null : Math.max(0, wait);
}

/** What fetch hides in the cause: `connect ECONNREFUSED 127.0.0.1:9`. */
function causeOf(error: unknown): string {
  return reasonOf(error instanceof Error && error.cause instanceof Error ? error.cause : error);
}
