/** Every coded error of this package: the code, and what it says. `detail` says which and why. */
export const errorTable = {
  OPTION_INVALID: 'An option has a value that cannot be used',
  DATA_DIR_MISSING: 'No data folder is set, so there is nowhere to keep lists and databases',
  DATA_DIR_UNUSABLE: 'The data folder cannot be written',
  FILE_UNREADABLE: 'The file cannot be read',
  DATABASE_BROKEN: 'The file is no usable database',
  DATABASE_UNEXPECTED: 'The database is of another kind than its name says',
  LIST_BROKEN: 'The list cannot be used',
  DOWNLOAD_FAILED: 'The download failed',
  DOWNLOAD_TOO_SLOW: 'The download took too long',
  DOWNLOAD_TOO_LARGE: 'The download is too large',
  ABORTED: 'The update was stopped',
  CLOSED: 'Intel is closed',
} as const;

export type ErrorCode = keyof typeof errorTable;

/** Something could not be opened, read or updated. Look-ups never throw: what is unknown is null. */
export class IntelError extends Error {
  readonly code: ErrorCode;

  /** `detail` is appended to the table's sentence; `cause` keeps what the system said. */
  constructor(code: ErrorCode, detail?: string, cause?: unknown) {
    super(detail === undefined ? errorTable[code] : `${errorTable[code]}: ${detail}`, { cause });
    this.name = 'IntelError';
    this.code = code;
  }
}

/** What went wrong, in one line without a full stop, for use inside a sentence. */
export function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return (text.split('\n', 1)[0] ?? '').replace(/\.$/, '');
}

/** For a sentence that goes on inside another. */
export function lowerFirst(sentence: string): string {
  return sentence.charAt(0).toLowerCase() + sentence.slice(1);
}
