/**
 * Round numbers that cover `low` to `high` in about `count` steps: 1, 2 or 5 times a power of ten apart. They begin
 * at 0 unless all values are far from it.
 */
export function ticks(low: number, high: number, count = 4): readonly number[] {
  const most = Math.max(high, 1e-3);
  const least = low > most / 2 ? low : 0;
  const rough = Math.max(most - least, most / 20) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5, 10].find((factor) => factor * power >= rough - 1e-9) ?? 10);
  const first = Math.floor(least / step + 1e-9);
  const last = Math.max(first + 1, Math.ceil(most / step - 1e-9));
  return Array.from({ length: last - first + 1 }, (_, index) =>
    Number(((first + index) * step).toPrecision(12)),
  );
}
