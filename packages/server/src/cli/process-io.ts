import type { Io } from './command.js';

/** The world of a real process: its streams, its environment, and Ctrl-C. */
export function processIo(): Io {
  const stop = new AbortController();
  // The first signal ends the command in order; a second one, while that takes its time, ends the process.
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => stop.abort(name));
  // `| head` closes our output: that is the reader's good right, not an error to be reported.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    stop.abort('EPIPE');
  });
  return { out: process.stdout, err: process.stderr, env: process.env, signal: stop.signal };
}
