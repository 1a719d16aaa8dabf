import { fileURLToPath } from 'node:url';
import type { Transport } from '@locator/probe';
import type { Namespace } from '../../test/lab/namespace.js';
import { answersOf } from '../shared/answers.js';

/** How it is measured: at a level of Locator's, with naive packet pairs, or with pchar. */
export type Level = 'off' | 'quick' | 'thorough' | 'pairs' | 'pchar';

export interface Question {
  readonly target: string;
  readonly level: Exclude<Level, 'pchar'>;
  readonly protocol?: Transport | undefined;
  /** `pairs`: how many hops there are. */
  readonly hops: number;
}

/** A figure as any of the tools gives it; Locator's `Capacity` is one. */
export type Figure =
  | { readonly kind: 'estimate'; readonly mbps: number; readonly low: number; readonly high: number }
  | { readonly kind: 'at-least'; readonly mbps: number; readonly cause: string; readonly reason: string }
  | { readonly kind: 'unmeasured'; readonly cause: string; readonly reason: string };

export interface HopAnswer {
  readonly ttl: number;
  readonly address: string | null;
  readonly capacity: Figure;
}

export interface Answer {
  readonly tookMs: number;
  /** When the first hop was final; null where hops come all at once. */
  readonly firstMs: number | null;
  readonly hops: readonly HopAnswer[];
}

/** A process inside a lab that measures one path after the other. */
export interface Instrument {
  ask(question: Question): Promise<Answer>;
  close(): Promise<void>;
}

export function openInstrument(lab: Pick<Namespace, 'spawn'>): Instrument {
  const script = fileURLToPath(new URL('locator.ts', import.meta.url));
  const child = lab.spawn(process.execPath, ['--import', 'tsx', script], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const { ask, close } = answersOf<Answer>(child);
  return { ask: (question) => ask(JSON.stringify(question)), close };
}
