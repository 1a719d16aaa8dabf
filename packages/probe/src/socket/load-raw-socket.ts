import { isMainThread } from 'node:worker_threads';
import { ProbeError } from '../errors.js';

export type RawSocketModule = typeof import('raw-socket')['default'];

/** The optional npm package `raw-socket`, or SOCKET_UNAVAILABLE with what keeps it from being used. */
export async function loadRawSocket(): Promise<RawSocketModule> {
  // Its add-on is not context-aware: it attaches to the main thread's event loop and crashes in any other.
  if (!isMainThread) {
    throw new ProbeError('SOCKET_UNAVAILABLE', 'the package raw-socket works on the main thread only');
  }
  try {
    return (await import('raw-socket')).default;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const reason =
      code === 'ERR_MODULE_NOT_FOUND'
        ? 'the optional package raw-socket is not installed'
        : code === 'MODULE_NOT_FOUND'
          ? 'the optional package raw-socket was installed without being compiled'
          : `the optional package raw-socket cannot be loaded: ${message}`;
    throw new ProbeError('SOCKET_UNAVAILABLE', reason, error);
  }
}
