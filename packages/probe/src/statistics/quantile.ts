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
