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
  /** TTL, or null where it is about the whole path. */
  readonly hop: number | null;
  readonly severity: 'info' | 'low' | 'medium' | 'high' | 'critical';
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
