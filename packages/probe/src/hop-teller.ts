import type { HopAssembler } from './assemble-hop.js';
import type { HopStream } from './hop-stream.js';
import type { PathPlan } from './plan/path-plan.js';
import type { TracePlan } from './plan/trace-plan.js';

/** What a trace tells while it runs: routers as they are first met, and hops as they become final. */
export class HopTeller {
  readonly #plan: TracePlan;
  readonly #assembler: HopAssembler;
  readonly #firstTtl: number;
  readonly #hops: HopStream;
  readonly #sightings: HopStream;
  /** TTLs whose routers have been told of. */
  readonly #sighted = new Set<number>();
  /** Up to this TTL all was told that is final but for capacities. */
  #shown: number;

  constructor(
    plan: TracePlan,
    assembler: HopAssembler,
    firstTtl: number,
    hops: HopStream,
    sightings: HopStream,
  ) {
    this.#plan = plan;
    this.#assembler = assembler;
    this.#firstTtl = firstTtl;
    this.#hops = hops;
    this.#sightings = sightings;
    this.#shown = firstTtl - 1;
  }

  /** Whatever there is to tell now, to who listens. */
  tell(): void {
    if (this.#sightings.isRead) this.#tellSightings(this.#plan.path);
    if (!this.#hops.isRead) return;
    this.#hops.push(...this.#assembler.hops(this.#firstTtl + this.#hops.length, this.#plan.settled));
  }

  #tellSightings(path: PathPlan): void {
    for (const { ttl, answer } of path.sent) {
      if (answer?.kind !== 'passed' || ttl <= path.settled || this.#sighted.has(ttl)) continue;
      this.#sighted.add(ttl);
      this.#sightings.push(...this.#assembler.hops(ttl, ttl));
    }
    const settled = this.#assembler.hops(Math.max(this.#shown, this.#plan.settled) + 1, path.settled);
    this.#sightings.push(...settled.filter(({ address }) => address !== null));
    this.#shown = path.settled;
  }
}
