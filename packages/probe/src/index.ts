export { type Clock, systemClock } from './clock.js';
export { type ErrorCode, errorTable, ProbeError } from './errors.js';
export type * from './hop.js';
export type * from './socket/packet-socket.js';
