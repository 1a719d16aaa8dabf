import { setTimeout as sleep } from 'node:timers/promises';

/** Waits for something that happens by itself; the test's own time limit bounds it. */
export async function until(happened: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await happened())) await sleep(2);
}
