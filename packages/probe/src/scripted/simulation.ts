import { ProbeError } from '../errors.js';
import { uint16 } from '../packet/uint16.js';
import type { Family, Outgoing, Transport } from '../socket/packet-socket.js';
import { IP_HEADER } from '../socket/write-ip-header.js';
import { type Answer, destinationAnswer, routerAnswer, type Visit } from './answer.js';
import type { Network, Path, Router, Way } from './network.js';
import { randomFrom } from './random.js';
import { nodeAt, nodeIndex, type Route, Routes, scatter } from './route.js';
import { addressOf, SimulatedNode } from './simulated-node.js';
import { TimeQueue } from './time-queue.js';

/** An answer that is back at the host. */
export interface Arrival {
  readonly tag: number;
  readonly family: Family;
  readonly transport: Transport;
  readonly from: Uint8Array;
  readonly hopLimit: number;
  readonly bytes: Uint8Array;
  /** When the probe left and when this came, in ms on the caller's clock. */
  readonly sentAt: number;
  readonly at: number;
  readonly distance: number;
}

/** A probe on its way there, and its answer on the way back. */
interface Flight extends Visit {
  readonly sentAt: number;
  readonly route: Route;
  /** What happens to it next: it enters a link, is answered, enters a link on the way back, or is back. */
  next: 'forward' | 'answer' | 'back' | 'arrive';
  /** Links crossed on the way there, less the one it is on. */
  links: number;
  /** IP packet in bytes: the probe's, then the answer's. */
  size: number;
  /** Index of the node whose link it enters next on the way back. */
  backAt: number;
  answer: (Answer & { readonly from: Uint8Array; readonly hopLimit: number }) | null;
  at: number;
}

interface Course {
  readonly hash: number;
  /** By when they begin to hold, the first from the start. */
  readonly ways: { readonly from: number; readonly routes: Routes }[];
}

/**
 * The simulated network at work. Packets meet wherever one can be in another's way (a queue, a limit on
 * errors), and there each is handled in order of time, whichever way it goes; between such points a packet's
 * way is computed at once.
 */
export class Simulation {
  /** Numbers of the host's addresses. */
  readonly #hosts = new Map<string | number, number>();
  readonly #families = new Set<Family>();
  readonly #courses = new Map<string | number, Course>();
  readonly #events = new TimeQueue<Flight>();
  readonly #random: () => number;
  readonly #seed: number;
  readonly #start: number;
  readonly #arrive: (arrival: Arrival) => void;
  #now: number;
  #nextId = 1;

  /** `start`: the time on the caller's clock that the description counts from. */
  constructor(network: Network, start: number, arrive: (arrival: Arrival) => void) {
    this.#seed = network.seed ?? 1;
    this.#random = randomFrom(this.#seed);
    this.#start = start;
    this.#now = start;
    this.#arrive = arrive;
    for (const address of network.host ?? ['192.0.2.1', '2001:db8::1']) {
      const bytes = addressOf(address);
      this.#families.add(bytes.length === 4 ? 4 : 6);
      this.#hosts.set(keyOf(bytes), this.#hosts.size);
    }
    const nodes = new Map<Router, SimulatedNode>();
    const nodeOf = (router: Router, isDestination: boolean) => {
      const known = nodes.get(router);
      if (known !== undefined) return known;
      const node = new SimulatedNode(router, isDestination, this.#random);
      nodes.set(router, node);
      return node;
    };
    for (const path of network.paths) this.#addPath(path, nodeOf);
  }

  /** Whether the host has an address of that family. */
  has(family: Family): boolean {
    return this.#families.has(family);
  }

  /** When something happens next; Infinity when nothing is on its way. */
  get next(): number {
    return this.#events.next;
  }

  /** Lets a packet leave at `at`, or says why the system would refuse it. It keeps the packet. */
  enter(packet: Outgoing, at: number): string | null {
    const host = this.#hosts.get(keyOf(packet.source));
    if (host === undefined || packet.source.length !== packet.destination.length) return 'EADDRNOTAVAIL';
    const course = this.#courses.get(keyOf(packet.destination));
    if (course === undefined) return 'ENETUNREACH';
    const route = routesAt(course, at).choose(this.#flowHash(packet, host, course));
    const size = IP_HEADER[packet.family] + packet.bytes.length;
    if (size > Math.min(route.nodes[0]!.mtu, 65_535)) return 'EMSGSIZE';
    const id = this.#nextId;
    this.#nextId = (id + 1) & 0xffff;
    const flight: Flight = {
      packet,
      host,
      id,
      sentAt: at,
      route,
      next: 'forward',
      links: 0,
      size,
      backAt: 0,
      answer: null,
      at,
    };
    this.#forward(flight);
    return null;
  }

  /** Everything up to and at `until`. */
  run(until: number): void {
    while (this.#events.next <= until) {
      this.#now = this.#events.next;
      const flight = this.#events.take()!;
      if (flight.next === 'forward') this.#forward(flight);
      else if (flight.next === 'answer') this.#answer(flight);
      else if (flight.next === 'back') this.#back(flight);
      else this.#deliver(flight);
    }
  }

  #addPath(path: Path, nodeOf: (router: Router, isDestination: boolean) => SimulatedNode): void {
    const destination = nodeOf(path.destination ?? {}, true);
    const routesOf = (way: Way) =>
      new Routes(way, destination, (router) => nodeOf(router, false), this.#random);
    const ways = [{ from: Number.NEGATIVE_INFINITY, routes: routesOf(path) }];
    for (const way of path.changes ?? []) ways.push({ from: this.#start + way.atMs, routes: routesOf(way) });
    for (const address of [path.to].flat()) {
      const bytes = addressOf(address);
      const key = keyOf(bytes);
      if (this.#courses.has(key)) {
        throw new ProbeError('OPTION_INVALID', `two paths of the network lead to ${address}`);
      }
      let hash = this.#seed;
      for (const byte of bytes) hash = scatter(hash + byte);
      this.#courses.set(key, { hash, ways });
    }
  }

  /** What load balancers tell flows apart by. */
  #flowHash({ transport, bytes }: Outgoing, host: number, { hash }: Course): number {
    const first = (uint16(bytes, 0) << 16) | uint16(bytes, 2);
    const id = transport === 'icmp' ? uint16(bytes, 4) : 0;
    return scatter(hash ^ scatter(first ^ scatter((host << 17) ^ id)));
  }

  /** From the link at `links` on, as far as it goes without meeting anything. */
  #forward(flight: Flight): void {
    const { route, packet, size } = flight;
    let time = flight.at;
    for (;;) {
      const node = nodeAt(route, flight.links);
      if (node.queue !== null) {
        if (time > this.#now) {
          this.#later(flight, 'forward', time);
          return;
        }
        const sent = node.queue.pass(time, size);
        if (sent === null) return;
        time = sent;
      }
      if (node.loss > 0 && this.#random() < node.loss) return;
      time += node.forwardMs;
      if (node.jitterMs > 0) time += node.jitterMs * this.#random();
      if (node.queue !== null) time = node.queue.inOrder(time);
      const isEnd =
        node.services !== null ||
        node.refuses !== null ||
        packet.hopLimit - flight.links <= 1 ||
        nodeAt(route, flight.links + 1).mtu < size;
      if (isEnd) {
        if (node.limited && time > this.#now) {
          this.#later(flight, 'answer', time);
          return;
        }
        flight.at = time;
        this.#answer(flight);
        return;
      }
      flight.links += 1;
    }
  }

  /** At `flight.at`, at the node behind `links` links. */
  #answer(flight: Flight): void {
    const { route, packet, links } = flight;
    const index = nodeIndex(route, links);
    const node = route.nodes[index]!;
    const from = node.addressFor(packet.family, packet.destination);
    if (node.silent || from === null) return;
    const answer =
      node.services !== null
        ? destinationAnswer(node, flight)
        : routerAnswer(node, flight, from, nodeAt(route, links + 1).mtu);
    if (answer === null) return;
    if (node.replyLoss > 0 && this.#random() < node.replyLoss) return;
    // Every router on the way back takes one off, and throws it away rather than send it on with none.
    const hopLimit = node.replyHopLimit - index;
    if (hopLimit <= 0) return;
    flight.answer = { ...answer, from, hopLimit };
    flight.size = IP_HEADER[packet.family] + answer.bytes.length;
    flight.backAt = index;
    flight.at += node.delayMs;
    if (node.delayJitterMs > 0) flight.at -= node.delayJitterMs * Math.log(1 - this.#random());
    this.#back(flight);
  }

  /** From the link at `backAt` on, as far as it goes without meeting anything. */
  #back(flight: Flight): void {
    const { nodes } = flight.route;
    let time = flight.at;
    for (; flight.backAt >= 0; flight.backAt--) {
      const node = nodes[flight.backAt]!;
      if (node.queueBack !== null) {
        if (time > this.#now) {
          this.#later(flight, 'back', time);
          return;
        }
        const sent = node.queueBack.pass(time, flight.size);
        if (sent === null) return;
        time = sent;
      }
      if (node.lossBack > 0 && this.#random() < node.lossBack) return;
      time += node.backMs;
      if (node.jitterMs > 0) time += node.jitterMs * this.#random();
      if (node.queueBack !== null) time = node.queueBack.inOrder(time);
    }
    if (time > this.#now) this.#later(flight, 'arrive', time);
    else {
      flight.at = time;
      this.#deliver(flight);
    }
  }

  #deliver({ packet, answer, sentAt, at, route, links }: Flight): void {
    const { transport, from, bytes, hopLimit } = answer!;
    const { tag, family } = packet;
    const distance = nodeIndex(route, links) + 1;
    this.#arrive({ tag, family, transport, from, hopLimit, bytes, sentAt, at, distance });
  }

  #later(flight: Flight, next: Flight['next'], time: number): void {
    flight.next = next;
    flight.at = time;
    this.#events.add(time, flight);
  }
}

function routesAt({ ways }: Course, time: number): Routes {
  let index = ways.length - 1;
  while (ways[index]!.from > time) index--;
  return ways[index]!.routes;
}

/** An address as a map's key: a number for IPv4, a string of eight characters for IPv6. */
function keyOf(bytes: Uint8Array): string | number {
  if (bytes.length === 4) return (uint16(bytes, 0) << 16) | uint16(bytes, 2);
  let key = '';
  for (let at = 0; at < bytes.length; at += 2) key += String.fromCharCode(uint16(bytes, at));
  return key;
}
