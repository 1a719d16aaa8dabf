/*
 * How format 3 of record-codec.ts writes the objects that a record has many of: as an array of their values, without
 * names. Part of that format and never to be changed; an object with other fields, or in another order, keeps its
 * names, so that nothing is lost whatever a record may have in time to come. Then a new format will be shorter.
 */

interface Shape {
  pack(value: unknown): unknown;
  unpack(value: unknown): unknown;
}

type Fields = readonly (readonly [name: string, shape?: Shape])[];

/** An object with the fields of one of these kinds, of which no two have equally many. */
function oneOf(...kinds: readonly Fields[]): Shape {
  return {
    pack(value) {
      if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
      const kind = kinds.find((fields) => fits(value, fields));
      return kind === undefined
        ? value
        : kind.map(([name, shape]) => packed(Reflect.get(value, name), shape));
    },
    unpack(value) {
      if (!Array.isArray(value)) return value;
      const object: Record<string, unknown> = {};
      const fields = kinds.find(({ length }) => length === value.length) ?? [];
      for (const [at, [name, shape]] of fields.entries()) {
        object[name] = shape === undefined ? value[at] : shape.unpack(value[at]);
      }
      return object;
    },
  };
}

function listOf(shape: Shape): Shape {
  return {
    pack: (value) => (Array.isArray(value) ? value.map((each) => shape.pack(each)) : value),
    unpack: (value) => (Array.isArray(value) ? value.map((each) => shape.unpack(each)) : value),
  };
}

/** Just these names, in this order, and none undefined: an array would make null of it, where JSON leaves it out. */
function fits(object: object, fields: Fields): boolean {
  let at = 0;
  for (const name in object) {
    if (fields[at]?.[0] !== name || Reflect.get(object, name) === undefined) return false;
    at += 1;
  }
  return at === fields.length;
}

function packed(value: unknown, shape: Shape | undefined): unknown {
  return shape === undefined ? value : shape.pack(value);
}

const sample = oneOf([['attempt'], ['address'], ['rttMs'], ['stamp'], ['replyHopLimit']]);

const loss = oneOf([['sent'], ['received'], ['ratio'], ['verdict'], ['evidence']]);

const capacity = oneOf(
  [['kind'], ['mbps'], ['low'], ['high'], ['confidence'], ['samples']],
  [['kind'], ['mbps'], ['cause'], ['reason']],
  [['kind'], ['cause'], ['reason']],
);

const hop = oneOf([
  ['ttl'],
  ['address'],
  ['addresses'],
  ['samples', listOf(sample)],
  ['rtt'],
  ['jitter'],
  ['loss', loss],
  ['capacity', capacity],
  ['mpls'],
  ['unreachable'],
  ['mtu'],
  ['destination'],
  ['discarded'],
]);

const place = oneOf([
  ['city'],
  ['subdivisions'],
  ['country'],
  ['countryCode'],
  ['lat'],
  ['lon'],
  ['radiusKm'],
  ['timezone'],
  ['source'],
]);

const network = oneOf([['asn'], ['name'], ['prefix'], ['source']]);

const special = oneOf([['kind'], ['name'], ['prefix'], ['rfc'], ['globallyReachable'], ['embedded']]);

export const aboutShape = oneOf([
  ['address'],
  ['special', special],
  ['place', place],
  ['network', network],
  ['threats'],
]);

export const hopsShape = listOf(
  oneOf(
    [['hop', hop], ['about', aboutShape], ['hostname']],
    [['hop', hop], ['about', aboutShape], ['hostname'], ['placeFeasible']],
  ),
);
