/** What is used of `net-ping`, which ships no types. */
interface NetPing {
  createSession(options: { retries: number; timeout: number }): Session;
}
interface Session {
  pingHost(
    target: string,
    done: (error: Error | null, target: string, sent: Date, received: Date) => void,
  ): void;
  on(event: 'error', listener: (error: Error) => void): void;
  close(): void;
}

/**
 * The round-trip time to an address as the npm package `net-ping` sees it, in whole milliseconds: it times
 * with `Date`. An independent witness that shares no code with us. Rejects where it is not installed or may
 * not open its raw socket.
 */
export async function witnessRtt(address: string): Promise<number> {
  // An optional dependency: named by a value, so that compiling does not ask for it.
  const name = 'net-ping';
  const { default: netPing } = (await import(name)) as { default: NetPing };
  const session = netPing.createSession({ retries: 0, timeout: 1000 });
  try {
    return await new Promise<number>((resolve, reject) => {
      session.on('error', reject);
      session.pingHost(address, (error, _target, sent, received) => {
        if (error === null) resolve(received.getTime() - sent.getTime());
        else reject(error);
      });
    });
  } finally {
    session.close();
  }
}
