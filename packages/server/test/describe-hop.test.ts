import type { Hop } from '@locator/probe';
import t from 'tap';
import { Channel } from '../src/channel.js';
import { describeHop } from '../src/describe-hop.js';
import { describeHops } from '../src/describe-hops.js';
import { encodeHop } from '../src/wire/hop.js';
import { aHop } from './a-trace.js';
import { fakeIntel } from './fake-intel.js';
import { HandClock } from './hand-clock.js';

const tokyo = { city: 'Tokyo', country: 'Japan', countryCode: 'JP', lat: 35.69, lon: 139.69 };
const london = { lat: 51.5074, lon: -0.1278 };

function described(rttMs: number, place: object | null, position: { lat: number; lon: number } | null) {
  const { hop, about } = aHop(3, { address: '203.0.113.1' });
  const rtt = hop.rtt && { ...hop.rtt, min: rttMs };
  const whole = { subdivisions: [], radiusKm: null, timezone: null, source: 'test' };
  const known = about && { ...about, place: place && { ...whole, ...tokyo, ...place } };
  return describeHop({ ...hop, rtt }, known, null, position);
}

t.test(
  'a place that light cannot have reached in the time is infeasible, from where this machine is',
  async (t) => {
    const verdict = (rttMs: number, place: object | null = {}, position = london) =>
      encodeHop(described(rttMs, place, position)).place?.feasible;
    // London to Tokyo: 9,559 km, 95.59 ms there and back in fibre.
    t.equal(verdict(80), false);
    t.equal(verdict(96), true);
    t.equal(verdict(80, { radiusKm: 2000 }), true, 'the database allows for as much');
    t.equal(verdict(1, {}, { lat: 35.4, lon: 139.69 }), true, 'without a radius, a city is not a point');
    t.equal(verdict(80, { lat: null }), null, 'a country alone is nowhere');
    t.equal(verdict(80, null), undefined);
  },
);

t.test('nothing is judged where nobody said where this machine is', async (t) => {
  const hop = described(80, {}, null);
  t.notOk('placeFeasible' in hop);
  t.equal(encodeHop(hop).place?.feasible, null);
});

t.test('the hops of a trace are judged', async (t) => {
  const { hop, about } = described(80, {}, null);
  const hops = new Channel<Hop>();
  hops.push(hop);
  hops.end();
  const intel = fakeIntel({ known: [about!] });
  const tools = { intel, clock: new HandClock(), nameWaitMs: null, config: { position: london } };
  for await (const revision of describeHops(hops, tools)) t.equal(revision.hop.placeFeasible, false);
});
