export { type Clock, systemClock } from './clock.js';
export { type ErrorCode, errorTable, ProbeError } from './errors.js';
export type * from './hop.js';
export type { TraceOptions } from './options.js';
export { type Destination, parseTarget, type ResolveOptions, resolveTarget } from './resolve/target.js';
export type * from './socket/packet-socket.js';
export type { Trace } from './trace.js';
export { openTracer, type Tracer, type TracerOptions, trace } from './tracer.js';
