import type { Io } from '../../src/cli/command.js';

interface AnIo extends Io {
  /** All that was written. */
  readonly said: { out: string; err: string };
}

/** The world as a command sees it, with what it writes kept. */
export function anIo(env: Record<string, string> = {}, signal = new AbortController().signal): AnIo {
  const said = { out: '', err: '' };
  return {
    said,
    env,
    signal,
    out: {
      write: (text) => {
        said.out += text;
      },
    },
    err: {
      write: (text) => {
        said.err += text;
      },
    },
  };
}
