import { signal } from '@preact/signals';

/** The hops that the reader points at, by TTL: table, map and profile show the same ones. */
export const focused = signal<ReadonlySet<number>>(new Set());

const nobody: ReadonlySet<number> = new Set();

export function focus(ttls: Iterable<number>): void {
  focused.value = new Set(ttls);
}

export function unfocus(): void {
  focused.value = nobody;
}
