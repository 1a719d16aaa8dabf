/**
 * The value below which the share `p` (0 to 1) of `sorted` lies, linear between neighbours (type 7 of
 * Hyndman and Fan, the default of R and NumPy). `sorted` ascends; NaN when it is empty.
 */
export function quantile(sorted: readonly number[], p: number): number {
  const position = (sorted.length - 1) * p;
  const below = sorted[Math.floor(position)] ?? Number.NaN;
  const above = sorted[Math.ceil(position)] ?? Number.NaN;
  return below + (above - below) * (position - Math.floor(position));
}

/** More than this Array.sort does faster, whose working space would be most of the garbage of a trace. */
const FEW = 24;

/** Sorts in place, smallest first, and returns its argument. */
export function ascending(values: number[]): number[] {
  if (values.length > FEW) return values.sort((a, b) => a - b);
  for (let next = 1; next < values.length; next++) {
    const value = values[next]!;
    let place = next;
    for (; place > 0 && values[place - 1]! > value; place--) values[place] = values[place - 1]!;
    values[place] = value;
  }
  return values;
}
