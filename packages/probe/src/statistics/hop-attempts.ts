/** What came of the probes of one TTL, as far as it is known. */
export interface HopAttempts {
  readonly ttl: number;
  /** The destination itself answers at this TTL. */
  readonly destination: boolean;
  /** A router answers at this TTL that there is no way on. */
  readonly unreachable: boolean;
  /** The destination is asked by ICMP echo: hosts limit the errors they send, not their echo replies. */
  readonly echo?: boolean;
  /** In the order they were sent. */
  readonly attempts: readonly {
    /** Milliseconds on any one clock. */
    readonly sentAt: number;
    readonly answeredBy: string | null;
    /** Still waited for: it counts neither as sent nor as missing. */
    readonly pending?: boolean;
  }[];
}

/** Of the attempts that have come to an end. */
export interface Count {
  readonly ttl: number;
  readonly sent: number;
  readonly received: number;
}

export function count(hop: HopAttempts): Count {
  const known = settled(hop);
  const received = known.reduce((sum, { answeredBy }) => sum + (answeredBy === null ? 0 : 1), 0);
  return { ttl: hop.ttl, sent: known.length, received };
}

export function total(hops: readonly HopAttempts[]): { sent: number; received: number } {
  const counts = hops.map(count);
  return {
    sent: counts.reduce((sum, { sent }) => sum + sent, 0),
    received: counts.reduce((sum, { received }) => sum + received, 0),
  };
}

export function missing({ sent, received }: { readonly sent: number; readonly received: number }): number {
  return sent - received;
}

/** The attempts that have come to an end; one that was answered has, whatever is said of it. */
export function settled({ attempts }: HopAttempts): HopAttempts['attempts'] {
  return attempts.filter(({ answeredBy, pending }) => answeredBy !== null || pending !== true);
}

export function answers({ attempts }: HopAttempts): boolean {
  return attempts.some(({ answeredBy }) => answeredBy !== null);
}
