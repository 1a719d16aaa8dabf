import { request } from './request.js';

export interface ServerEvent {
  readonly name: string;
  readonly data: unknown;
  readonly id: string | null;
}

/**
 * Events out of text that comes in pieces (HTML Standard, "Server-sent events"). Only what this server writes:
 * JSON data, line ends of one character.
 */
export class EventParser {
  #rest = '';

  take(text: string): ServerEvent[] {
    const blocks = (this.#rest + text).split('\n\n');
    this.#rest = blocks.pop()!;
    return blocks.flatMap((block) => parseBlock(block) ?? []);
  }
}

function parseBlock(block: string): ServerEvent | null {
  let name = 'message';
  let id: string | null = null;
  const data: string[] = [];
  for (const line of block.split('\n')) {
    const [, field = '', value = ''] = /^([a-z]+): ?(.*)$/.exec(line) ?? [];
    if (field === 'event') name = value;
    if (field === 'id') id = value;
    if (field === 'data') data.push(value);
  }
  return data.length === 0 ? null : { name, id, data: JSON.parse(data.join('\n')) };
}

export interface StreamOptions {
  /** The id of the last event seen: the stream goes on after it. */
  readonly after?: string | null;
  /** The stream is there; called before the first event. */
  readonly onOpen?: (headers: Headers) => void;
}

/** Follows a stream to its end. Throws RequestError before the first event; an abort passes as it is. */
export async function* eventStream(
  target: string,
  signal: AbortSignal,
  { after = null, onOpen }: StreamOptions = {},
): AsyncGenerator<ServerEvent, void> {
  const headers = { accept: 'text/event-stream', ...(after !== null && { 'last-event-id': after }) };
  const response = await request(target, { signal, headers });
  onOpen?.(response.headers);
  const parser = new EventParser();
  const reader = response.body!.getReader();
  const decoder = new TextDecoder();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield* parser.take(decoder.decode(value, { stream: true }));
    }
  } finally {
    reader.cancel().catch(() => {});
  }
}
