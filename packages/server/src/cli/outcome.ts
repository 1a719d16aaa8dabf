import type { Hop, RoutingLoop, TraceEnd, WatchHop } from '@locator/probe';

/** How a path ended, in words that follow the target's name. */
export function outcomeInWords(path: {
  readonly end: TraceEnd;
  readonly loop: RoutingLoop | null;
  readonly unreachable: string | null;
  readonly hops: readonly Pick<Hop | WatchHop, 'ttl' | 'address'>[];
}): string {
  const { end, loop, unreachable, hops } = path;
  const last = hops.findLast(({ address }) => address !== null);
  switch (end) {
    case 'destination':
      return 'answered';
    case 'unreachable':
      return `did not answer: hop ${last?.ttl} says ${unreachable ?? 'there is no way on'}`;
    case 'loop':
      return `did not answer: packets go round from hop ${loop?.to} back to hop ${loop?.from}`;
    case 'silence':
      return `did not answer: nothing answers${last === undefined ? '' : ` behind hop ${last.ttl}`}`;
    case 'max-hops':
      return `did not answer within ${hops.at(-1)?.ttl} hops`;
    case 'aborted':
      return 'was not traced to the end';
  }
}
