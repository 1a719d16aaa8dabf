/** One flag: both what parseArgs needs and what the help shows. */
export interface Flag {
  readonly type: 'string' | 'boolean';
  /** Placeholder of its value in the help, `N`. */
  readonly value?: string;
  readonly about: string;
}

export type Values = Readonly<Record<string, string | boolean | undefined>>;

/** What a command may touch of the world. */
export interface Io {
  readonly out: Output;
  readonly err: Output;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Aborted when the user presses Ctrl-C, or when nobody reads the output any more. */
  readonly signal: AbortSignal;
}

export interface Output {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
}

export interface Command {
  readonly name: string;
  readonly summary: string;
  /** After the name: what it needs, in brackets what it may have, or nothing. */
  readonly operand: 'TARGET' | '[TARGET]' | 'FILE' | 'FOLDER' | '';
  readonly flags: Readonly<Record<string, Flag>>;
  /** Resolves with the exit code: 0, 1 or 2. */
  run(target: string | undefined, values: Values, io: Io): Promise<number>;
}

/** Wrong usage: the message is shown with a pointer to the help, and the exit code is 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** A flag's whole number, or undefined where it is not given. Throws UsageError. */
export function wholeNumber(values: Values, flag: string, low: number, high: number): number | undefined {
  const text = values[flag];
  if (typeof text !== 'string') return undefined;
  const number = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (number >= low && number <= high) return number;
  throw new UsageError(
    `--${flag} must be a whole number from ${low} to ${high}, not ${JSON.stringify(text)}.`,
  );
}

/** A flag that takes one of a few words. Throws UsageError. */
export function oneOf<T extends string>(values: Values, flag: string, words: readonly T[]): T | undefined {
  const text = values[flag];
  if (typeof text !== 'string') return undefined;
  const found = words.find((word) => word === text);
  if (found !== undefined) return found;
  throw new UsageError(`--${flag} must be ${words.join(' or ')}, not ${JSON.stringify(text)}.`);
}
