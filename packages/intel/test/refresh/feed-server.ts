import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** A server on the loopback whose behaviour tests change as they go. */
export class FeedServer {
  readonly requests: { path: string; headers: IncomingMessage['headers'] }[] = [];
  readonly #server = createServer((request, response) => {
    this.requests.push({ path: request.url ?? '', headers: request.headers });
    // A client that goes away in the middle is what half of the tests are about.
    response.on('error', () => {});
    (this.#handlers.get(request.url ?? '') ?? notFound)(request, response);
  });
  readonly #handlers = new Map<string, Handler>();

  on(path: string, handler: Handler): void {
    this.#handlers.set(path, handler);
  }

  url(path: string): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}${path}`;
  }

  async listen(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return this;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

export const notFound: Handler = (_request, response) => {
  response.writeHead(404).end('not here');
};

/** Answers with the text, an entity tag and 304 where the client has it. */
export function serves(text: string): Handler {
  const etag = `"${Buffer.from(text).length}-${text.length}-${hash(text)}"`;
  return (request, response) => {
    if (request.headers['if-none-match'] === etag) response.writeHead(304).end();
    else response.writeHead(200, { etag, 'last-modified': 'Thu, 01 Jan 2026 00:00:00 GMT' }).end(text);
  };
}

function hash(text: string): number {
  let sum = 0;
  for (const character of text) sum = (Math.imul(sum, 31) + character.charCodeAt(0)) >>> 0;
  return sum;
}

/** DROP's form: a line per prefix and the trailer, which says `records`. */
export function dropOf(
  prefixes: readonly string[],
  { records = prefixes.length, timestamp = 1_767_225_600 } = {},
): string {
  const lines = prefixes.map((cidr, index) =>
    JSON.stringify({ cidr, sblid: `SBL${1000 + index}`, rir: 'ripencc' }),
  );
  const copyright = '(c) 2026 The Spamhaus Project SLU';
  return `${[...lines, JSON.stringify({ type: 'metadata', timestamp, records, copyright })].join('\n')}\n`;
}

/** `count` neighbouring prefixes, from 20.0.0.0/16 on. */
export function prefixes(count: number, from = 0): string[] {
  return Array.from({ length: count }, (_, index) => `20.${from + index}.0.0/16`);
}
