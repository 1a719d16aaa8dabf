import { type IncomingHttpHeaders, request } from 'node:http';
import { connect, type Socket } from 'node:net';

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A whole answer; rejects when the connection breaks before its end. */
export function get(url: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, headers, agent: false }, (answer) => {
      let body = '';
      answer.setEncoding('utf8');
      answer.on('data', (text: string) => {
        body += text;
      });
      answer.on('error', reject);
      answer.on('end', () => resolve({ status: answer.statusCode!, headers: answer.headers, body }));
    });
    sent.on('error', reject);
    sent.end();
  });
}

/** A connection seen byte by byte. */
export interface RawConnection {
  readonly socket: Socket;
  /** All that came so far. */
  text(): string;
  readonly closed: Promise<void>;
}

/** Sends `GET target HTTP/1.1` as it is, with no URL library between. */
export async function rawGet(
  url: string,
  target: string,
  headers: readonly string[] = [],
): Promise<RawConnection> {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port) });
  const chunks: Buffer[] = [];
  socket.on('data', (chunk) => chunks.push(chunk));
  const closed = new Promise<void>((resolve) => socket.on('close', () => resolve()));
  socket.on('error', () => {});
  await new Promise<void>((resolve) => socket.once('connect', resolve));
  socket.write(Buffer.from([`GET ${target} HTTP/1.1`, 'Host: x', ...headers, '', ''].join('\r\n')));
  return { socket, text: () => Buffer.concat(chunks).toString(), closed };
}
