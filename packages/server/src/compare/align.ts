/** One step of both paths, side by side; null where the other path has a step more. */
export type Pair<T> = readonly [a: T, b: T] | readonly [a: T, b: null] | readonly [a: null, b: T];

/**
 * Lays two paths side by side so that as many steps as possible meet their like: a longest common subsequence
 * (Wagner & Fischer 1974). Between two that meet, steps that have no like are taken for one another in their
 * order, and what is left over on one side was added or removed. Takes a × b steps of work.
 */
export function align<T>(a: readonly T[], b: readonly T[], isLike: (a: T, b: T) => boolean): Pair<T>[] {
  // longest[i][j]: the most that can meet of what a has from i on and b from j on.
  const longest = Array.from({ length: a.length + 1 }, () => new Uint16Array(b.length + 1));
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      const meeting = isLike(a[i]!, b[j]!) ? longest[i + 1]![j + 1]! + 1 : 0;
      longest[i]![j] = Math.max(meeting, longest[i + 1]![j]!, longest[i]![j + 1]!);
    }
  }

  const pairs: Pair<T>[] = [];
  let [i, j] = [0, 0];
  let [fromA, fromB] = [0, 0];
  const close = () => {
    pairs.push(...sideBySide(a.slice(fromA, i), b.slice(fromB, j)));
  };
  while (i < a.length && j < b.length) {
    if (isLike(a[i]!, b[j]!) && longest[i]![j] === longest[i + 1]![j + 1]! + 1) {
      close();
      pairs.push([a[i]!, b[j]!]);
      i += 1;
      j += 1;
      [fromA, fromB] = [i, j];
    } else if (longest[i + 1]![j]! >= longest[i]![j + 1]!) i += 1;
    else j += 1;
  }
  [i, j] = [a.length, b.length];
  close();
  return pairs;
}

function sideBySide<T>(a: readonly T[], b: readonly T[]): Pair<T>[] {
  const both = Math.min(a.length, b.length);
  return [
    ...a.slice(0, both).map((step, at) => [step, b[at]!] as const),
    ...a.slice(both).map((step) => [step, null] as const),
    ...b.slice(both).map((step) => [null, step] as const),
  ];
}
