import type { WatchOptions } from '../src/options.js';
import type { Network, Router, Truth } from '../src/scripted/network.js';
import { openScriptedSocket } from '../src/socket/scripted-socket.js';
import { openTracer, type Tracer } from '../src/tracer.js';
import { VirtualClock } from '../src/virtual-clock.js';
import type { WatchRound } from '../src/watch-round.js';
import { randomFrom } from './seed.js';

export const to = '203.0.113.9';

export const router = (n: number, more: Partial<Router> = {}): Router => ({
  address: `10.0.${n}.1`,
  forwardMs: 2.5,
  ...more,
});

export const routers = (...numbers: readonly number[]) => numbers.map((n) => router(n));

export interface Stage {
  readonly clock: VirtualClock;
  readonly tracer: Tracer;
}

/** A tracer in a simulated network and in virtual time. */
export async function stage(network: Network, onAnswer?: (truth: Truth) => void): Promise<Stage> {
  const clock = new VirtualClock();
  const random = randomFrom(1);
  const tracer = await openTracer({
    socket: openScriptedSocket(network, clock, { onAnswer }),
    clock,
    random: () => Math.floor(random() * 0x10000),
    findSource: async () => '192.0.2.1',
  });
  return { clock, tracer };
}

/** Every round of a watch that ends by itself. */
export async function watchOver(network: Network, options: WatchOptions): Promise<WatchRound[]> {
  const { clock, tracer } = await stage(network);
  const rounds: WatchRound[] = [];
  const reading = (async () => {
    for await (const round of tracer.watch(to, options)) rounds.push(round);
  })();
  try {
    await clock.runUntil(reading);
    return rounds;
  } finally {
    await tracer.close();
  }
}
