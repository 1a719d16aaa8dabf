import type { SocketName } from '../../src/socket/packet-socket.js';
import { openNamed } from './open-named.js';

/*
 * Whether an open socket keeps its process alive: `hold.child.ts NAME held|released|new`. A held one is closed
 * after a while by a timer that would not keep the process alive.
 */
const [name, mode] = process.argv.slice(2) as [SocketName, 'held' | 'released' | 'new'];
const socket = await openNamed(name, { openPort: 9 });
socket.listen(() => {});
if (mode !== 'new') socket.hold(true);
if (mode === 'released') socket.hold(false);
if (mode === 'held') {
  setTimeout(async () => {
    console.log('still here');
    await socket.close();
  }, 200).unref();
}
