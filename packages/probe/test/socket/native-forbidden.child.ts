import { openNativeSocket } from '../../src/socket/native-socket.js';

/* Prints the code with which opening ends. */
const { code } = await openNativeSocket().then(
  () => ({ code: 'opened' }),
  (error) => error,
);
console.log(code);
