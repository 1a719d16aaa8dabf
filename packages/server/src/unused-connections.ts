import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/**
 * Connections that no request has come over yet: browsers open some in advance. `server.close()` takes them for
 * busy and waits until they time out, so that somebody has to end them.
 */
export function unusedConnections(server: Server): { end(): void } {
  const unused = new Set<Socket>();
  server.on('connection', (socket) => {
    unused.add(socket);
    socket.once('close', () => unused.delete(socket));
  });
  server.on('request', ({ socket }) => unused.delete(socket));
  return {
    end() {
      for (const socket of unused) socket.destroy();
    },
  };
}
