import type { Description } from '@locator/intel';
import type { Hop, TraceResult } from '@locator/probe';

/** A measured hop and what is known about its address: what is published, stored and judged. Immutable. */
export interface DescribedHop {
  readonly hop: Hop;
  /** null for a silent hop. */
  readonly about: Description | null;
  readonly hostname: string | null;
  /** Whether light can have been at the place of the address and back in time; absent where nobody can tell. */
  readonly placeFeasible?: boolean;
}

/** One trace as the server keeps it. */
export interface PathRecord extends Omit<TraceResult, 'hops'> {
  readonly hops: readonly DescribedHop[];
  /** What is known about the destination's address, answered or not: a listed one often stays silent. */
  readonly about?: Description | null;
}
