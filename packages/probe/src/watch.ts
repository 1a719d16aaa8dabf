import { takeAim } from './aim.js';
import { RoundAssembler } from './assemble-round.js';
import { Latest } from './latest.js';
import { readWatchOptions, type WatchOptions } from './options.js';
import { WatchPlan } from './plan/watch-plan.js';
import type { Destination } from './resolve/target.js';
import { Stop } from './stop.js';
import type { TraceContext } from './trace.js';
import type { WatchRound } from './watch-round.js';

/**
 * A watch under way: the path after each round. A reader that is slow gets the newest round, never a growing
 * queue of old ones. Leaving the loop stops the watch; iterating throws the ProbeError that ended it.
 */
export interface Watch extends AsyncIterable<WatchRound> {}

/** Starts a watch: from a target text to rounds, until it is stopped. Memory stays what it is after the first. */
export function startWatch(
  open: () => Promise<TraceContext>,
  target: string | Destination,
  options: WatchOptions = {},
): Watch {
  const stop = new Stop(options.signal);
  const rounds = new Latest<WatchRound>(() => stop.stop());

  async function follow(): Promise<void> {
    const settings = readWatchOptions(options);
    const { firstTtl, maxHops } = settings;
    const { prober, clock, random, findSource } = await open();
    const { destination, sourceBytes, transport, flow } = await takeAim(
      target,
      { socket: prober.socket, random, findSource },
      settings,
      options,
    );
    const { family } = destination;
    const plan = new WatchPlan(settings);
    const assembler = new RoundAssembler(plan, firstTtl, maxHops, transport);

    let told = 0;
    const progress = (now: number) => {
      const { closed } = plan;
      if (closed === null || closed.number === told) return;
      told = closed.number;
      rounds.push(assembler.assemble(clock.wall() - (now - closed.startedAt)));
    };
    await prober.run({ family, transport, source: sourceBytes, flow, plan, progress }, stop);
  }

  const end = (error?: unknown) => {
    stop.release();
    rounds.end(stop.isStopped ? undefined : error);
  };
  follow().then(() => end(), end);
  return { [Symbol.asyncIterator]: () => rounds.read() };
}
