import { IntelError } from '@locator/intel';
import { ProbeError, type ErrorCode as ProbeErrorCode } from '@locator/probe';
import { StoreError, storeErrorTable } from './store/store-error.js';

/** Every coded error of this package with its HTTP status and its sentence. */
export const errorTable = {
  INPUT_INVALID: [400, 'A parameter has a value that cannot be used.'],
  PROTOCOL_NOT_OFFERED: [400, 'Probes over TCP are not offered: ask for protocol=icmp or protocol=udp.'],
  UNAUTHORIZED: [401, 'This server wants the header "Authorization: Bearer <token>".'],
  TOKEN_NEEDED: [
    403,
    'Others reach this server: only with LOCATOR_TOKEN set can it be told to change something.',
  ],
  ORIGIN_FORBIDDEN: [403, 'Pages of that origin may not change anything: name it in LOCATOR_CORS_ORIGINS.'],
  TARGET_UNKNOWN: [404, 'No trace of that target is stored.'],
  MONITOR_UNKNOWN: [404, 'There is no such monitor.'],
  WEBHOOK_UNKNOWN: [404, 'There is no such webhook.'],
  ROUTE_UNKNOWN: [404, 'There is nothing at that address.'],
  METHOD_NOT_ALLOWED: [405, 'That address does not answer to that method.'],
  CONFIGURED: [409, 'It comes from the configuration: remove it there.'],
  TOO_MANY_TRACES: [429, 'Too many traces are running: try again in a moment.'],
  STORE_UNAVAILABLE: [503, 'The stored traces cannot be read.'],
  STOPPED: [503, 'The trace was stopped before it was complete.'],
  INTERNAL: [500, 'Something went wrong in the server; its log has the details.'],
} as const satisfies Record<string, readonly [status: number, sentence: string]>;

export type ErrorCode = keyof typeof errorTable;

/** What the probe package's errors mean to an HTTP client. */
const probeStatus: Record<ProbeErrorCode, number> = {
  TARGET_MISSING: 400,
  TARGET_MALFORMED: 400,
  TARGET_UNRESOLVABLE: 400,
  TARGET_FORBIDDEN: 403,
  TARGET_UNROUTABLE: 503,
  OPTION_INVALID: 400,
  PROTOCOL_UNAVAILABLE: 400,
  SOCKET_UNAVAILABLE: 503,
  SOCKET_FORBIDDEN: 503,
  SOCKET_CLOSED: 503,
  TRACER_CLOSED: 503,
  SEND_FAILED: 503,
  ABORTED: 503,
};

export class ServerError extends Error {
  readonly code: ErrorCode;
  /** Seconds after which asking again makes sense, for a `Retry-After` header. */
  readonly retryAfter: number | null;

  /** `sentence` replaces the table's; `cause` keeps what went wrong underneath. */
  constructor(code: ErrorCode, sentence?: string, options: { cause?: unknown; retryAfter?: number } = {}) {
    super(sentence ?? errorTable[code][1], { cause: options.cause });
    this.name = 'ServerError';
    this.code = code;
    this.retryAfter = options.retryAfter ?? null;
  }
}

/** An error as a client gets it. */
export interface HttpError {
  readonly status: number;
  readonly code: string;
  /** A whole sentence. */
  readonly error: string;
  readonly retryAfter: number | null;
}

/** Any thrown thing → what a client may know of it. What is not ours is never shown: it may name paths. */
export function toHttpError(thrown: unknown): HttpError {
  if (thrown instanceof ServerError) {
    const { code, message, retryAfter } = thrown;
    return { status: errorTable[code][0], code, error: message, retryAfter };
  }
  if (thrown instanceof ProbeError) {
    return {
      status: probeStatus[thrown.code],
      code: thrown.code,
      error: asSentence(thrown.message),
      retryAfter: null,
    };
  }
  // It is about this server's files and downloads, never about what a client sent.
  if (thrown instanceof IntelError) {
    return { status: 503, code: thrown.code, error: asSentence(thrown.message), retryAfter: null };
  }
  // Its detail may name files of this machine.
  if (thrown instanceof StoreError) {
    return { status: 503, code: thrown.code, error: `${storeErrorTable[thrown.code]}.`, retryAfter: null };
  }
  // Fastify's own refusals (a malformed URL, a body too large) carry their status and code.
  if (thrown instanceof Error && 'statusCode' in thrown && 'code' in thrown) {
    const { statusCode, code, message } = thrown;
    if (typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500) {
      return { status: statusCode, code: String(code), error: asSentence(message), retryAfter: null };
    }
  }
  const [status, error] = errorTable.INTERNAL;
  return { status, code: 'INTERNAL', error, retryAfter: null };
}

function asSentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
