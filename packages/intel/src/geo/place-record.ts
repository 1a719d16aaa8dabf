import type { Place } from '../description.js';
import { legible } from '../legible.js';

type Fields = Readonly<Record<string, unknown>>;

const countryNames = new Intl.DisplayNames('en', { type: 'region', fallback: 'none' });
const namesByCode = new Map<string, string | null>();

/**
 * A decoded record of a place database as our own: copied field by field, each checked, frozen. Reads the nested
 * records of GeoLite2 and GeoIP2 City, and the flat ones of `@ip-location-db`.
 */
export function placeOf(record: object, source: string): Place {
  const fields = record as Fields;
  return Object.freeze('country_code' in fields ? flat(fields, source) : nested(fields, source));
}

/** `{ city: { names: { en } }, subdivisions: [{ names }], country: { iso_code, names }, location: {…} }` */
function nested(fields: Fields, source: string): Place {
  const country = fieldsOf(fields.country);
  const location = fieldsOf(fields.location);
  const countryCode = codeOf(country.iso_code);
  const subdivisions = Array.isArray(fields.subdivisions) ? fields.subdivisions.slice(0, 8) : [];
  return {
    city: englishName(fields.city),
    subdivisions: namesIn(subdivisions.map(englishName)),
    country: englishName(country) ?? countryName(countryCode),
    countryCode,
    ...coordinates(location.latitude, location.longitude),
    radiusKm: between(location.accuracy_radius, 0, 20_038),
    timezone: legible(location.time_zone),
    source,
  };
}

/** `{ city, country_code, latitude, longitude, state1, state2, timezone }`, with `''` for what is unknown. */
function flat(fields: Fields, source: string): Place {
  const countryCode = codeOf(fields.country_code);
  return {
    city: legible(fields.city),
    subdivisions: namesIn([legible(fields.state1), legible(fields.state2)]),
    country: countryName(countryCode),
    countryCode,
    ...coordinates(fourDecimals(fields.latitude), fourDecimals(fields.longitude)),
    radiusKm: null,
    timezone: legible(fields.timezone),
    source,
  };
}

function englishName(value: unknown): string | null {
  return legible(fieldsOf(fieldsOf(value).names).en);
}

function namesIn(names: readonly (string | null)[]): readonly string[] {
  return Object.freeze(names.filter((name) => name !== null));
}

/** ISO 3166-1 alpha-2; ZZ, "unknown", is none. */
function codeOf(value: unknown): string | null {
  return typeof value === 'string' && /^[A-Z]{2}$/.test(value) && value !== 'ZZ' ? value : null;
}

function countryName(code: string | null): string | null {
  if (code === null) return null;
  let name = namesByCode.get(code);
  if (name === undefined) {
    name = countryNames.of(code) ?? null;
    namesByCode.set(code, name);
  }
  return name;
}

/** Both or neither: half a position is none. */
function coordinates(latitude: unknown, longitude: unknown): { lat: number | null; lon: number | null } {
  const lat = between(latitude, -90, 90);
  const lon = between(longitude, -180, 180);
  return lat === null || lon === null ? { lat: null, lon: null } : { lat, lon };
}

/** The flat records hold 32-bit floats: 37.422 is read as 37.42200088… Four decimals are 11 m. */
function fourDecimals(value: unknown): unknown {
  return typeof value === 'number' ? Math.round(value * 1e4) / 1e4 : value;
}

function between(value: unknown, low: number, high: number): number | null {
  return typeof value === 'number' && value >= low && value <= high ? value : null;
}

function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {};
}
