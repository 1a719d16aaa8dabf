import type { TraceRequest } from '../trace-request.js';

/** When: every so many seconds, or at the times of a cron pattern. */
export type Schedule =
  | { readonly every: number }
  | {
      /** Minute, hour, day of month, month, day of week. */
      readonly cron: string;
      /** IANA time zone; UTC unless given. */
      readonly timezone?: string;
    };

/** What is traced, and when. */
export interface MonitorSpec {
  readonly request: TraceRequest;
  readonly schedule: Schedule;
}

/** How a run went. */
export interface Run {
  /** Wall-clock milliseconds. */
  readonly startedAt: number;
  /** The stored trace; null where it failed or could not be stored. */
  readonly traceId: number | null;
  /** One sentence, or null. */
  readonly problem: string | null;
}

/** Where it comes from: the configuration's cannot be removed by clients. */
export type Origin = 'config' | 'api';

export interface Monitor extends MonitorSpec {
  readonly id: number;
  readonly origin: Origin;
  /** Wall-clock milliseconds. */
  readonly createdAt: number;
  readonly runs: number;
  /** Times that came while an earlier run had not ended, or no place or packets were left. */
  readonly skipped: number;
  readonly last: Run | null;
}

export interface MonitorStore {
  all(): Promise<readonly Monitor[]>;
  /** The same specification a second time gives the monitor that is there. */
  add(spec: MonitorSpec, origin: Origin, createdAt: number): Promise<Monitor>;
  /** Whether there was one. */
  remove(id: number): Promise<boolean>;
  ran(id: number, run: Run): Promise<void>;
  skipped(id: number): Promise<void>;
}
