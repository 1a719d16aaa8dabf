import type { Clock } from './clock.js';
import { Course, type Flight, type Run } from './course.js';
import { ProbeError } from './errors.js';
import { OpenProbes } from './match/open-probes.js';
import { readAnswer } from './match/read-answer.js';
import { parseReply } from './packet/parse-reply.js';
import { Agenda } from './plan/agenda.js';
import type { Attempt } from './plan/attempt.js';
import type { Batch, PacketSocket } from './socket/packet-socket.js';
import type { Stop } from './stop.js';
import { Turns } from './turns.js';

/** Packets that may leave at once when nothing was sent for a while. */
const BURST = 16;
/** Packets that the rate holds back go out together, as often as this: a wake-up costs as much as some ten of them. */
const GATHER_MS = 10;
/** What a trace that starts asks for until the next such time: one packet per millisecond. */
const FIRST_PACKETS = GATHER_MS;
/** Who would be given up on waits for what is unread, looking again that often, and no longer than so long. */
const UNREAD_MS = 1;
const LONGEST_LAG_MS = 10_000;
/** Who is further behind with reading than that sends no more: what comes back would only wait, and then be lost. */
const BEHIND_MS = 100;
/** What is told to have left later than this after it was handed to the socket may have waited there. */
const LATE_MS = 20;
/** A step of the stamp clock by more than this spoils the samples across it. */
const LARGEST_STEP_MS = 1;

/**
 * Sends what the plans ask for through one socket, evenly and never faster than allowed, and gives each reply
 * to the trace it answers. It knows no policy: only whose turn it is.
 */
export class Prober {
  readonly socket: PacketSocket;
  readonly #clock: Clock;
  readonly #interval: number;
  /** How far back unused sending time is made good. */
  readonly #burstMs: number;
  readonly #courses: Course[] = [];
  readonly #turns: Turns;
  readonly #agenda = new Agenda<Course>();
  readonly #open = new OpenProbes<Flight>();
  /** The bytes of earlier packets, by their place in a batch: sockets are done with them, the next ones go there. */
  readonly #packets: Uint8Array[] = [];
  #nextRank = 0;
  #sendAt = Number.NEGATIVE_INFINITY;
  /** Until then packets that the rate holds back gather. */
  #heldUntil = Number.NEGATIVE_INFINITY;
  #timer: { at: number; cancel: () => void } | null = null;

  constructor(socket: PacketSocket, clock: Clock, packetsPerSecond: number) {
    this.socket = socket;
    this.#clock = clock;
    this.#interval = 1000 / packetsPerSecond;
    this.#burstMs = Math.max(BURST * this.#interval, 2 * GATHER_MS);
    this.#turns = new Turns(FIRST_PACKETS * this.#interval, this.#burstMs);
    socket.listen((batch) => this.#take(batch));
  }

  /** Probes whose answers are waited for. */
  get inFlight(): number {
    return this.#open.size;
  }

  /**
   * Resolves when the rate leaves room for one more to run, or it is stopped, first come, first served.
   * Whoever waits for it before making its plan can be one of thousands: those cost little until their turn.
   */
  turn(stop: Stop): Promise<void> {
    const turn = this.#turns.wait(stop);
    this.#pump(this.#clock.now());
    return turn;
  }

  /** Serves a trace until its plan is done or it is stopped; resolves with which of the two it was. */
  run(run: Run, stop: Stop): Promise<'done' | 'aborted'> {
    return new Promise((resolve, reject) => {
      const finish = (error?: ProbeError) => {
        if (course.index < 0) return;
        stop.listen(null);
        this.#remove(course);
        for (let flight = course.firstFlight; flight !== null; flight = flight.later)
          this.#open.remove(flight);
        if (this.#isIdle()) this.#rest();
        if (error !== undefined) reject(error);
        else resolve(stop.isStopped ? 'aborted' : 'done');
      };
      const course = new Course(run, this.#nextRank++, this.#courses.length, finish);
      this.#courses.push(course);
      if (stop.isStopped) return finish();
      stop.listen(finish);
      this.socket.hold(true);
      this.#agenda.add(course);
      this.#pump(this.#clock.now());
    });
  }

  /** Ends every trace with TRACER_CLOSED and gives the socket back. */
  async close(): Promise<void> {
    this.#turns.refuseAll(new ProbeError('TRACER_CLOSED'));
    for (const course of [...this.#courses]) course.finish(new ProbeError('TRACER_CLOSED'));
    await this.socket.close();
  }

  /** Asks every plan whose time has come, and hands the socket all that is to go in one batch. */
  #pump(now: number): void {
    if (now < this.#due()) {
      this.#wakeAt(this.#due());
      return;
    }
    const lag = this.socket.lag();
    if (lag > BEHIND_MS && lag < LONGEST_LAG_MS) {
      this.#wakeAt(now + UNREAD_MS);
      return;
    }
    this.#sendAt = Math.max(this.#sendAt, now - this.#burstMs);
    const batch: Flight[] = [];
    const heard = now - Math.min(lag, LONGEST_LAG_MS);
    while (this.#sendAt <= now) {
      const course = this.#agenda.take(now);
      if (course === undefined) break;
      if (course.index < 0) continue;
      const { plan, progress } = course.run;
      let step = plan.next(now, heard);
      while (step.kind === 'send') {
        this.#forgetBefore(course, now - plan.keepMs);
        batch.push(this.#compose(course, step.attempt, batch.length));
        this.#sendAt += this.#interval;
        if (this.#sendAt > now) break;
        step = plan.next(now, heard);
      }
      if (step.kind === 'train') {
        // Alone, so that nothing of other traces gets between its packets.
        this.#hand(batch.splice(0));
        const train = step.attempts.map((attempt, place) => this.#compose(course, attempt, place));
        this.#hand(train);
        this.#sendAt += train.length * this.#interval;
      }
      progress(now);
      if (step.kind === 'send' || step.kind === 'train') this.#agenda.enter(now, course);
      if (step.kind === 'wait') this.#agenda.enter(step.until > now ? step.until : now + UNREAD_MS, course);
      if (step.kind === 'done') course.finish();
    }
    this.#hand(batch);
    this.#turns.admit(now, this.#sendAt);
    const isMore = this.#earliest() <= now;
    this.#heldUntil = isMore ? Math.max(this.#sendAt, now + GATHER_MS) : Number.NEGATIVE_INFINITY;
    this.#wakeAt(this.#due());
  }

  /** When somebody wants to send, or to have a turn; infinite when nobody does. */
  #earliest(): number {
    return Math.min(this.#agenda.earliest, this.#turns.earliest);
  }

  /** When there is something to do. */
  #due(): number {
    return Math.max(this.#earliest(), this.#heldUntil);
  }

  #remove(course: Course): void {
    const last = this.#courses.pop()!;
    if (last !== course) {
      this.#courses[course.index] = last;
      last.index = course.index;
    }
    course.index = -1;
  }

  /** Nobody is served and nobody waits to be. */
  #isIdle(): boolean {
    return this.#courses.length + this.#turns.size === 0;
  }

  #hand(batch: readonly Flight[]): void {
    if (batch.length === 0) return;
    const skew = this.socket.skew();
    for (const flight of batch) flight.skew = skew;
    this.socket.send(batch);
  }

  /** The probe for an attempt, which is to leave at this place of its batch. */
  #compose(course: Course, attempt: Attempt, place: number): Flight {
    const { family, transport, source, flow } = course.run;
    const old = this.#packets[place];
    let packet = flow.packet(course.packets++, attempt, old);
    // Another trace's probe may look the same to who answers: take the next of this flow.
    while (this.#open.has(packet.key)) packet = flow.packet(course.packets++, attempt, old);
    const { key, bytes } = packet;
    this.#packets[place] = bytes;
    const flight: Flight = {
      tag: this.#open.freeTag(),
      key,
      family,
      transport,
      source,
      destination: flow.destination,
      hopLimit: attempt.ttl,
      bytes,
      course,
      attempt,
      skew: 0,
      sentAt: null,
      stamp: 'user',
      earlier: null,
      later: null,
    };
    this.#open.add(flight);
    course.add(flight);
    return flight;
  }

  /** Counting loops: all that is sent and received passes here, and compilers take long for iterators. */
  #take({ sent, failed, received }: Batch): void {
    const told = this.#clock.now();
    for (let index = 0; index < sent.length; index++) {
      const { tag, at, stamp } = sent[index]!;
      const flight = this.#open.tagged(tag);
      if (flight === undefined) continue;
      flight.sentAt = at;
      flight.stamp = stamp;
      flight.course.left = true;
      const { plan } = flight.course.run;
      plan.departed?.(flight.attempt, at, stamp);
      if (told - flight.attempt.sentAt > LATE_MS) plan.delayed(flight.attempt, told);
    }
    for (const { tag, code } of failed) {
      const flight = this.#open.tagged(tag);
      if (flight === undefined) continue;
      const { course } = flight;
      this.#forget(flight);
      const { plan } = course.run;
      plan.refused(flight.attempt);
      if (!course.left && plan.failed >= 3) course.finish(refusal(code));
      else this.#agenda.enter(told, course);
    }
    const skew = received.length > 0 ? this.socket.skew() : 0;
    for (let index = 0; index < received.length; index++) {
      const packet = received[index]!;
      const reply = parseReply(packet.family, packet.transport, packet.bytes);
      const flight = reply === null ? null : this.#open.answeredBy(reply, packet);
      if (reply === null || flight === null) continue;
      this.#forget(flight);
      const clockWasSet = Math.abs(skew - flight.skew) > LARGEST_STEP_MS;
      flight.course.run.plan.answered(flight.attempt, readAnswer(reply, packet, flight, clockWasSet));
      this.#agenda.enter(told, flight.course);
    }
    this.#pump(this.#clock.now());
  }

  /** A course that runs for days loses probes for days. */
  #forgetBefore(course: Course, time: number): void {
    if (time === Number.NEGATIVE_INFINITY) return;
    for (let flight = course.firstFlight; flight !== null; flight = flight.later) {
      if (flight.attempt.sentAt >= time) return;
      this.#forget(flight);
    }
  }

  #forget(flight: Flight): void {
    this.#open.remove(flight);
    flight.course.remove(flight);
  }

  #wakeAt(time: number): void {
    if (this.#timer?.at === time) return;
    this.#timer?.cancel();
    this.#timer = null;
    if (this.#isIdle() || time === Number.POSITIVE_INFINITY) return;
    const cancel = this.#clock.at(time, () => {
      this.#timer = null;
      this.#pump(this.#clock.now());
    });
    this.#timer = { at: time, cancel };
  }

  /** Nothing to do: no timer, no entry and no descriptor keeps the process alive. */
  #rest(): void {
    this.#timer?.cancel();
    this.#timer = null;
    this.#heldUntil = Number.NEGATIVE_INFINITY;
    while (this.#agenda.take(Number.POSITIVE_INFINITY) !== undefined);
    this.socket.hold(false);
  }
}

function refusal(code: string): ProbeError {
  if (code === 'ENETUNREACH' || code === 'EHOSTUNREACH') return new ProbeError('TARGET_UNROUTABLE', code);
  return new ProbeError('SEND_FAILED', code);
}
