import { token } from '../token.js';

/** What a request came to nothing with: the server's own sentence and code, or that there is no server. */
export class RequestError extends Error {
  readonly code: string;
  readonly status: number;

  constructor(code: string, status: number, sentence: string) {
    super(sentence);
    this.code = code;
    this.status = status;
  }

  /** Nobody answered at all. */
  get isAway(): boolean {
    return this.code === 'SERVER_AWAY';
  }
}

type Query = Readonly<Record<string, string | number | boolean | null | undefined>>;

export function url(path: string, query: Query = {}): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== null && value !== undefined && value !== '') search.set(name, String(value));
  }
  const text = search.toString();
  return text === '' ? path : `${path}?${text}`;
}

type Init = Omit<RequestInit, 'headers'> & { readonly headers?: Readonly<Record<string, string>> };

function authorization(): Readonly<Record<string, string>> {
  return token.peek() === '' ? {} : { authorization: `Bearer ${token.peek()}` };
}

/** The response, if it is a good one. Throws RequestError; an abort passes as it is. */
export async function request(target: string, init: Init = {}): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(target, { ...init, headers: { ...authorization(), ...init.headers } });
  } catch (error) {
    if (init.signal?.aborted) throw error;
    throw new RequestError('SERVER_AWAY', 0, 'The server does not answer.');
  }
  if (response.ok) return response;
  const body: unknown = await response.json().catch(() => null);
  const { error = response.statusText, code = 'HTTP' } = (body ?? {}) as { error?: string; code?: string };
  throw new RequestError(code, response.status, error);
}

export async function getJson<T>(path: string, query?: Query, signal?: AbortSignal): Promise<T> {
  const headers = { accept: 'application/json' };
  const response = await request(url(path, query), signal === undefined ? { headers } : { headers, signal });
  return (await response.json()) as T;
}

export async function sendJson<T>(
  method: 'POST' | 'DELETE',
  path: string,
  body?: unknown,
): Promise<T | null> {
  const content = body === undefined ? {} : { body: JSON.stringify(body) };
  const response = await request(path, {
    method,
    headers: {
      accept: 'application/json',
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...content,
  });
  const text = await response.text();
  return text === '' ? null : (JSON.parse(text) as T);
}
