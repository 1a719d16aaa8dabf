/**
 * Who is this address, where is it, and is it on a block list.
 *
 *     import { openIntel } from '@locator/intel';
 *     const intel = await openIntel();
 *     console.log(intel.enrich('1.1.1.1').network); // { asn: 13335, name: 'Cloudflare, Inc.', … }
 *
 * Whoever shows what it says must show the `attribution` of `intel.sources()` beside it.
 */
export { type Clock, systemClock } from './clock.js';
export type * from './description.js';
export { type ErrorCode, errorTable, IntelError } from './errors.js';
export { type Feasibility, feasible, type Position } from './feasible.js';
export { type Intel, type IntelOptions, openIntel } from './open-intel.js';
export type { MaxmindAccount } from './refresh/maxmind.js';
export type { ListReport, UpdateOptions, UpdateReport } from './refresh/report.js';
export { specialOf } from './special.js';
