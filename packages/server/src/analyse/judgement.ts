/** What analysis says of one trace, given earlier ones. Pure data. */
export interface Finding {
  readonly type:
    | 'PathDeviation'
    | 'HighLatency'
    | 'PacketLoss'
    | 'MaliciousIP'
    | 'RoutingLoop'
    | 'GeoInfeasible'
    | 'DestinationUnreachable';
  /** One sentence for people. */
  readonly detail: string;
  /** TTL at which it starts, or null where it is about the whole path. */
  readonly hop: number | null;
  /** `info` is worth a word, no points. */
  readonly severity: 'info' | 'low' | 'medium' | 'high' | 'critical';
  /**
   * How sure it is that this is no chance, 0 to 1. What was observed and not inferred has 1; what rests on too
   * few earlier traces for a statement at 95 % has less, and its evidence a `note`.
   */
  readonly confidence: number;
  /** Start of the first trace in a row that showed it, wall-clock milliseconds. */
  readonly since: number;
  /** The figures it rests on. */
  readonly evidence: Readonly<Record<string, unknown>>;
}

export interface RiskFactor {
  readonly name: string;
  readonly points: number;
  readonly because: string;
}

export interface Judgement {
  readonly findings: readonly Finding[];
  readonly alerts: readonly string[];
  /** 0 to 100, the sum of the factors' points. */
  readonly riskScore: number;
  readonly riskFactors: readonly RiskFactor[];
  /** Earlier traces it was judged against; `since` in wall-clock milliseconds. */
  readonly baseline: { readonly traces: number; readonly since: number | null };
}
