/** Every coded error of the stores: the code, and what it says. */
export const storeErrorTable = {
  STORE_FULL: 'There is no space left on the disk for traces',
  STORE_READ_ONLY: 'The file of traces may not be written',
  STORE_CORRUPT: 'The file of traces is damaged and has to be moved away or replaced by a backup',
  STORE_FOREIGN: 'That file belongs to another program',
  STORE_NEWER: 'The file of traces was written by a newer version of this program',
  STORE_BUSY: 'Another process keeps the file of traces locked',
  STORE_UNREACHABLE: 'The file of traces cannot be opened',
  STORE_FAILED: 'The file of traces could not be read or written',
  STORE_CLOSED: 'The store is closed',
  TRACE_UNKNOWN: 'No unfinished trace has that number',
} as const;

export type StoreErrorCode = keyof typeof storeErrorTable;

/** The store could not do what was asked. Nothing was changed; later calls may succeed again. */
export class StoreError extends Error {
  readonly code: StoreErrorCode;

  /** `detail` is appended to the table's sentence; `cause` keeps what the engine said. */
  constructor(code: StoreErrorCode, detail?: string, cause?: unknown) {
    super(detail === undefined ? `${storeErrorTable[code]}.` : `${storeErrorTable[code]}: ${detail}.`, {
      cause,
    });
    this.name = 'StoreError';
    this.code = code;
  }
}
