import t from 'tap';
import { geoInfeasible } from '../../src/analyse/geo-infeasible.js';
import { riskScore } from '../../src/analyse/risk-score.js';
import type { DescribedHop, PathRecord } from '../../src/path-record.js';
import { aTrace } from '../a-trace.js';

const PLACES = {
  Berlin: { lat: 52.52, lon: 13.41 },
  Frankfurt: { lat: 50.11, lon: 8.68 },
  London: { lat: 51.51, lon: -0.13 },
  'New York': { lat: 40.71, lon: -74.01 },
  Tokyo: { lat: 35.68, lon: 139.69 },
} as const;
type City = keyof typeof PLACES;

/** Hops that are said to be there and answered in so many milliseconds. */
function path(
  ...hops: readonly (readonly [city: City | null, rttMs: number, radiusKm?: number])[]
): PathRecord {
  const record = aTrace({
    hops: hops.map(([, rtt], index) => ({ address: `198.51.100.${index + 1}`, rtt, country: 'DE' })),
  });
  const placed = record.hops.map((hop, index): DescribedHop => {
    const [city, , radiusKm = 20] = hops[index]!;
    const position = city === null ? { lat: null, lon: null } : { ...PLACES[city], city };
    return { ...hop, about: { ...hop.about!, place: { ...hop.about!.place!, ...position, radiusKm } } };
  });
  return { ...record, hops: placed };
}

const where = (record: PathRecord) => geoInfeasible(record).map(({ hop }) => hop);

t.test('places that light can have been to', async (t) => {
  t.same(where(path(['Berlin', 1], ['Frankfurt', 8], ['London', 16], ['New York', 90], ['Tokyo', 250])), []);
  t.same(where(path(['Berlin', 1])), [], 'one alone contradicts nothing');
  t.same(where(path([null, 1], ['Tokyo', 1])), [], 'nor does one that is nowhere');
});

t.test('one that cannot be there, by what the others say', async (t) => {
  const found = geoInfeasible(path(['Berlin', 1], ['Frankfurt', 8], ['Tokyo', 9], ['London', 16]));
  t.match(found, [
    {
      type: 'GeoInfeasible',
      hop: 3,
      severity: 'info',
      detail: /^Location of 198\.51\.100\.3 at hop 3 is impossible: Tokyo is \d+ km from Berlin at hop 1/,
      evidence: { address: '198.51.100.3', minRttMs: 9, contradicts: [{ hop: 1 }, { hop: 2 }, { hop: 4 }] },
    },
  ]);
  t.equal(found[0]!.confidence, 0.75, 'three against one');
  t.equal(riskScore([], found).riskScore, 0, 'a mistake of a database is no risk of the path');
});

t.test('also the first one, and several', async (t) => {
  t.same(where(path(['Tokyo', 1], ['Berlin', 3], ['Frankfurt', 8])), [1]);
  t.same(where(path(['Berlin', 1], ['Tokyo', 3], ['Frankfurt', 8], ['New York', 9], ['London', 20])), [2, 4]);
});

t.test('of two that contradict each other the later one is doubted, and little is sure', async (t) => {
  const found = geoInfeasible(path(['Berlin', 1], ['Tokyo', 3]));
  t.match(found, [{ hop: 2, confidence: 0.5 }]);
});

t.test('the radius of a place counts', async (t) => {
  t.same(where(path(['Berlin', 1], ['London', 3, 1000])), []);
  t.same(where(path(['Berlin', 1], ['London', 3, 100])), [2]);
});
