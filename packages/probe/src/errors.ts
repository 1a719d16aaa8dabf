/** Every coded error of this package: the code, what it says, and who can do something about it. */
export const errorTable = {
  TARGET_MISSING: 'No target given: name a host, an address or a URL.',
  TARGET_MALFORMED: 'That is no host name, address or URL',
  TARGET_UNRESOLVABLE: 'That name has no address',
  TARGET_FORBIDDEN: 'That target may not be traced from here',
  TARGET_UNROUTABLE: 'There is no route to that address from here',
  OPTION_INVALID: 'An option has a value that cannot be used',
  PROTOCOL_UNAVAILABLE: 'This kind of probe cannot be sent from here',
  SOCKET_UNAVAILABLE: 'No socket that can trace could be opened',
  SOCKET_FORBIDDEN: 'Raw sockets need the right CAP_NET_RAW',
  SOCKET_CLOSED: 'The socket is closed',
  TRACER_CLOSED: 'The tracer is closed',
  SEND_FAILED: 'The system refused to send',
  ABORTED: 'The trace was stopped',
} as const;

export type ErrorCode = keyof typeof errorTable;

/** This trace (or this socket) failed as a whole. A single probe that fails is a loss, never an error. */
export class ProbeError extends Error {
  readonly code: ErrorCode;

  /** `detail` is appended to the table's sentence; `cause` keeps what the system said. */
  constructor(code: ErrorCode, detail?: string, cause?: unknown) {
    super(detail === undefined ? errorTable[code] : `${errorTable[code]}: ${detail}`, { cause });
    this.name = 'ProbeError';
    this.code = code;
  }
}
