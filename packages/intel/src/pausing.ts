import { setImmediate } from 'node:timers/promises';

/** Runs long work to its end and gives its result; other work goes on at each of its pauses, the yields. */
export async function pausing<T>(work: Generator<void, T>): Promise<T> {
  for (;;) {
    const step = work.next();
    if (step.done === true) return step.value;
    await setImmediate();
  }
}
