import type { Internet } from '../../test/lab/description.js';
import { fifteenHops, hardPath, line, silentDestination } from '../../test/lab/descriptions.js';

export const HOPS = 15;
/** There and back to the destination. */
export const RTT_MS = 80;
export const TARGET = '198.18.15.1';

export interface Path {
  readonly title: string;
  readonly internet: (run: number) => Internet;
  /** Everything answers. */
  readonly lossless: boolean;
  readonly tools: readonly ('ours' | 'peer' | 'other')[];
  /** What Locator as a library is to need at most, from the first packet on. */
  readonly limitMs: number;
}

const clean = (where: string, internet: Internet): Path => ({
  title: `Clean path, ${where}`,
  internet: () => internet,
  lossless: true,
  tools: ['ours', 'peer', 'other'],
  limitMs: 1.3 * RTT_MS,
});

/**
 * How the delay is spread matters: a tool with so many probes on their way at once gets on as fast as the near
 * hops answer.
 */
export const paths: Readonly<Record<string, Path>> = {
  outward: clean('links longer and longer', fifteenHops()),
  even: clean('links of one length', line({ delaysMs: Array(HOPS).fill(RTT_MS / 2 / HOPS) })),
  inward: clean('a long link first', line({ delaysMs: [33, ...Array(HOPS - 1).fill(0.5)] })),
  hard: {
    title: 'Two silent hops, one limited as Linux does, 10 % loss from hop 11 on',
    internet: hardPath,
    lossless: false,
    tools: ['ours', 'peer', 'other'],
    limitMs: 2 * RTT_MS,
  },
  silent: {
    title: 'A destination that answers nothing',
    internet: () => silentDestination(),
    lossless: false,
    tools: ['ours'],
    limitMs: 1500,
  },
};
