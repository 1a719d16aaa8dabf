import t from 'tap';
import { feasible } from '../src/feasible.js';

const london = { lat: 51.5074, lon: -0.1278 };
const place = (lat: number | null, lon: number | null, radiusKm: number | null = null) => ({
  lat,
  lon,
  radiusKm,
});

t.test('a place is feasible when light in fibre has the time', async (t) => {
  const tokyo = place(35.6895, 139.6917);
  const verdict = feasible(tokyo, london, 80)!;
  t.equal(verdict.boundKm, 8000);
  t.ok(Math.abs(verdict.distanceKm - 9559) < 5, `London to Tokyo is 9,559 km, not ${verdict.distanceKm}`);
  t.equal(verdict.feasible, false);
  t.equal(feasible(tokyo, london, 96)?.feasible, true);
});

t.test('the radius counts in favour of the place', async (t) => {
  t.equal(feasible(place(35.6895, 139.6917, 2000), london, 80)?.feasible, true);
  t.equal(feasible(place(51.5, -0.1, 50), london, 0)?.distanceKm, 0);
});

t.test('poles, the date line, the same point, the other side', async (t) => {
  t.equal(feasible(place(51.5074, -0.1278), london, 0)?.feasible, true);
  t.ok(feasible(place(0, 179.9), { lat: 0, lon: -179.9 }, 1)!.distanceKm < 23);
  t.ok(feasible(place(90, 0), { lat: 90, lon: 120 }, 1)!.distanceKm < 0.001);
  t.ok(Math.abs(feasible(place(0, 0), { lat: 0, lon: 180 }, 1)!.distanceKm - Math.PI * 6371.0088) < 0.01);
});

t.test('without a position or a time there is no verdict', async (t) => {
  t.equal(feasible(place(null, null), london, 10), null);
  t.equal(feasible(place(1, 2), london, Number.NaN), null);
  t.equal(feasible(place(51.6, 0), london, -1)?.boundKm, 0);
});
