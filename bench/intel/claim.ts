/** Something that is promised, what was measured, and whether that keeps the promise. */
export interface Claim {
  readonly what: string;
  readonly figure: string;
  readonly holds: boolean;
}

/** How often per second `work` is done over `items`; the best of `rounds`, as the machine has other work too. */
export function rate<T>(items: readonly T[], work: (item: T, index: number) => unknown, rounds = 5): number {
  let best = 0;
  for (let round = 0; round < rounds; round++) {
    const started = performance.now();
    for (let index = 0; index < items.length; index++) sink = work(items[index]!, index);
    best = Math.max(best, (items.length * 1000) / (performance.now() - started));
  }
  return best;
}

/** Results go here, so that no compiler leaves the work out. */
export let sink: unknown;
