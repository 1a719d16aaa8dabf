import type { ProbeError } from './errors.js';
import type { Flow } from './match/flow.js';
import type { OpenProbe } from './match/open-probes.js';
import type { Entry } from './plan/agenda.js';
import type { Attempt } from './plan/attempt.js';
import type { Plan } from './plan/plan.js';
import type { Family, Outgoing, StampSource, Transport } from './socket/packet-socket.js';

/** One trace or watch, as the prober serves it. */
export interface Run {
  readonly family: Family;
  readonly transport: Transport;
  /** 4 or 16 bytes. */
  readonly source: Uint8Array;
  readonly flow: Flow;
  readonly plan: Plan;
  /** Called whenever the plan may have settled more, with the time that it was told. */
  readonly progress: (now: number) => void;
}

/** A probe in flight. Its bytes are those of a later one as soon as it has been handed to the socket. */
export interface Flight extends OpenProbe, Outgoing {
  readonly course: Course;
  readonly attempt: Attempt;
  /** The socket's clock skew when it was sent; a later difference means that somebody set the clock. */
  skew: number;
  sentAt: bigint | null;
  stamp: StampSource;
  /** Its neighbours among those of its course, in the order they were sent. */
  earlier: Flight | null;
  later: Flight | null;
}

/** A run under way: where it stands, and its probes in flight. A class, so that all of them are of one shape. */
export class Course implements Entry {
  readonly run: Run;
  readonly rank: number;
  readonly finish: (error?: ProbeError) => void;
  due = Number.POSITIVE_INFINITY;
  place = 0;
  /** Where it is among those served; below 0 when it no longer is. */
  index: number;
  packets = 0;
  /** Something of it has left the machine. */
  left = false;
  /** In flight: the one sent first and the one sent last. */
  #first: Flight | null = null;
  #last: Flight | null = null;

  constructor(run: Run, rank: number, index: number, finish: (error?: ProbeError) => void) {
    this.run = run;
    this.rank = rank;
    this.index = index;
    this.finish = finish;
  }

  /** The probe in flight that was sent first. */
  get firstFlight(): Flight | null {
    return this.#first;
  }

  add(flight: Flight): void {
    flight.earlier = this.#last;
    if (this.#last === null) this.#first = flight;
    else this.#last.later = flight;
    this.#last = flight;
  }

  /** One that was added and not yet removed. */
  remove(flight: Flight): void {
    const { earlier, later } = flight;
    if (earlier === null) this.#first = later;
    else earlier.later = later;
    if (later === null) this.#last = earlier;
    else later.earlier = earlier;
  }
}
