import { parseAddress } from '../../src/packet/address.js';
import { openNativeSocket } from '../../src/socket/native-socket.js';
import { Session } from './session.js';

/* Throws from its first batch with an answer; prints when it has seen both the exception and the next answer. */
const here = parseAddress('127.0.0.1')!;
const socket = await openNativeSocket();
const s = new Session(socket);
const probe = () => s.probe({ family: 4, transport: 'icmp', source: here, destination: here });
let thrown = 0;
let caught = false;
socket.hold(true);
socket.listen(({ received }) => {
  if (received.length === 0) return;
  thrown += 1;
  if (thrown === 1) throw new Error('from the listener');
  console.log(caught ? 'caught, and received again' : 'never caught');
  void socket.close();
});
process.once('uncaughtException', ({ message }) => {
  caught = message === 'from the listener';
  socket.send([probe().outgoing]);
});
socket.send([probe().outgoing]);
