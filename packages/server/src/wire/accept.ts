/** How a trace is written. */
export type Format = 'ndjson' | 'array' | 'events';

const formats: Readonly<Record<string, Format>> = {
  'text/event-stream': 'events',
  'application/x-ndjson': 'ndjson',
  'application/json': 'array',
};

/**
 * The format an Accept header asks for, or null where it leaves the choice: NDJSON for a live trace, an
 * array for one from history. `application/json` beside a wildcard leaves it too, for that is what HTTP
 * libraries send by themselves. Highest q wins, then the order above (RFC 9110 section 12.5.1).
 */
export function acceptedFormat(accept: string | undefined): Format | null {
  const ranges = (accept ?? '').split(',').map(readRange);
  const anything = ranges.some(({ type, q }) => (type === '*/*' || type === 'application/*') && q > 0);
  let best: { format: Format; q: number } | null = null;
  for (const [type, format] of Object.entries(formats)) {
    if (format === 'array' && anything) continue;
    const q = Math.max(0, ...ranges.filter((range) => range.type === type).map((range) => range.q));
    if (q > (best?.q ?? 0)) best = { format, q };
  }
  return best?.format ?? null;
}

function readRange(text: string): { type: string; q: number } {
  const [type = '', ...parameters] = text.split(';').map((part) => part.trim().toLowerCase());
  const weight = parameters.find((parameter) => parameter.startsWith('q='));
  const q = weight === undefined ? 1 : Number(weight.slice(2));
  return { type, q: Number.isFinite(q) ? q : 0 };
}
