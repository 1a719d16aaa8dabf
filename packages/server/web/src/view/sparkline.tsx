/** With more values than this the line alone says enough. */
const MOST_DOTS = 12;

/** RTTs in the order their probes were sent; a mark on the ground where one is missing. */
export function Sparkline({ values, width = 56 }: { values: readonly (number | null)[]; width?: number }) {
  const known = values.filter((value) => value !== null);
  const low = Math.min(...known);
  const span = Math.max(Math.max(...known) - low, 0.02 * low, 0.05);
  const x = (index: number) => 3 + ((width - 6) * index) / Math.max(1, values.length - 1);
  const y = (value: number) => 13 - (10 * (value - low)) / span;
  let path = '';
  let pen = 'M';
  for (const [index, value] of values.entries()) {
    if (value !== null) path += `${pen}${x(index).toFixed(1)} ${y(value).toFixed(1)}`;
    pen = value === null ? 'M' : 'L';
  }
  return (
    <svg class="sparkline" viewBox={`0 0 ${width} 16`} width={width} height="16" aria-hidden="true">
      {known.length > 0 && <path d={path} />}
      {values.map((value, index) =>
        value === null ? (
          <path key={index} class="miss" d={`M${x(index) - 1.5} 11.5l3 3m0 -3l-3 3`} />
        ) : values.length <= MOST_DOTS ? (
          <circle key={index} cx={x(index)} cy={y(value)} r="1.5" />
        ) : null,
      )}
    </svg>
  );
}
