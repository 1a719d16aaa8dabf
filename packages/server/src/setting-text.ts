/* What the text of a setting says: the value, or undefined where it is none. */

/** Whether this is an absolute http or https URL. */
export function isWebUrl(text: string): boolean {
  return /^https?:/i.test(text) && URL.canParse(text);
}

export function readPosition(text: string): { readonly lat: number; readonly lon: number } | undefined {
  const [lat, lon, ...more] = text.split(',').map((part) => part.trim());
  const degrees = (part: string | undefined, most: number) =>
    part !== undefined && /^[+-]?\d{1,3}(\.\d+)?$/.test(part) && Math.abs(Number(part)) <= most;
  return more.length === 0 && degrees(lat, 90) && degrees(lon, 180)
    ? Object.freeze({ lat: Number(lat), lon: Number(lon) })
    : undefined;
}

export function readWebUrls(text: string): readonly string[] | undefined {
  const urls = text.split(',').map((url) => url.trim());
  return urls.every(isWebUrl) ? urls : undefined;
}

export function wholeNumber(text: string, low: number, high: number): number | undefined {
  if (!/^\d{1,16}$/.test(text)) return undefined;
  const number = Number(text);
  return number >= low && number <= high ? number : undefined;
}

export function oneOf<T extends string>(text: string, values: readonly T[]): T | undefined {
  return values.find((value) => value === text);
}

export function readOrigins(text: string): '*' | readonly string[] | undefined {
  if (text === '*') return '*';
  if (text === 'none') return [];
  const origins = text.split(',').map((origin) => origin.trim());
  // An origin is scheme, host and port and nothing more (RFC 6454): a path in it would never match.
  const sound = origins.every((origin) => URL.canParse(origin) && new URL(origin).origin === origin);
  return sound ? origins : undefined;
}
