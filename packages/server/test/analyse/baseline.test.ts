import t from 'tap';
import { randomFrom, seedOf } from '../../../probe/test/seed.js';
import { analyse } from '../../src/analyse/analyse.js';
import { type Baseline, decode, emptyBaseline, encode, fold } from '../../src/analyse/baseline.js';
import { QUIET, type TraceSpec } from '../a-trace.js';
import { ALL_KINDS, schedule } from '../simulation/faults.js';
import { aNetwork, MIXED, Supply } from '../simulation/network.js';
import { observe } from '../simulation/observe.js';
import { seeded } from '../simulation/random.js';
import { baselineOf, plain, times, traceAt } from './a-baseline.js';

const LARGEST = 30_000;

t.test('an empty one', async (t) => {
  t.same(decode(encode(emptyBaseline())), emptyBaseline());
});

t.test('what it knows after three traces', async (t) => {
  const other = {
    hops: [QUIET[0], { address: '198.51.100.7', asn: 64500, country: 'JP' }, ...QUIET.slice(2)],
  };
  const baseline = baselineOf([{}, other, {}]);
  t.equal(baseline.traces, 3);
  t.equal(baseline.since, traceAt(0).startedAt);
  t.same([...baseline.places.keys()], [0, 1, 2, 3, 4, 5]);
  t.same([...baseline.places.get(0)!.sightings.keys()], [QUIET[4]]);
  t.match(baseline.places.get(2)!.sightings.get(QUIET[1]), { first: 1, last: 3, traces: 2 });
  t.match(baseline.places.get(2)!.sightings.get('198.51.100.7'), {
    first: 2,
    last: 2,
    traces: 1,
    since: traceAt(1).startedAt,
    asn: 64500,
    country: 'JP',
  });
  t.same(
    baseline.recent.map(({ length }) => length),
    [5, 5, 5],
  );
});

t.test('a trace that somebody stopped changes nothing', async (t) => {
  const baseline = baselineOf([{}]);
  t.equal(fold(baseline, traceAt(1, { end: 'aborted' })), baseline);
});

t.test('one trace a day for every two hours of the day, of eight days', async (t) => {
  const { daily } = baselineOf(times(24 * 12, { hops: [QUIET[4]] }));
  t.equal(daily.length, 12 * 8);
  const oldest = Math.min(...daily.map(({ startedAt }) => startedAt));
  t.ok(oldest >= traceAt(24 * 4).startedAt);
});

t.test('it can be stored at any time: what is read again is the same, and judges the same', async (t) => {
  const seed = seedOf(t);
  const random = seeded(seed);
  const supply = new Supply(random, MIXED);
  const network = aNetwork(random, supply, 'a.example');
  const faults = schedule(random, supply, network, 300, ALL_KINDS);
  let kept: Baseline = emptyBaseline();
  let stored: Baseline = emptyBaseline();
  let differences = 0;
  for (let at = 0; at < 300; at++) {
    const trace = observe(random, network, faults, at, traceAt(at).startedAt);
    const judgements = [kept, stored].map((baseline) => JSON.stringify(analyse(trace, baseline)));
    if (judgements[0] !== judgements[1]) differences += 1;
    kept = fold(kept, trace);
    stored = decode(encode(fold(stored, trace)));
  }
  t.equal(differences, 0);
  t.same(plain(stored), plain(kept));
});

t.test('its size is bounded on any path', async (t) => {
  const random = randomFrom(seedOf(t));
  const word = () => Math.floor(random() * 65536).toString(16);
  const strange = (): string => `2001:db8:${Array.from({ length: 6 }, word).join(':')}`;
  const wild = (): TraceSpec => ({
    hops: Array.from({ length: 64 }, () => ({ address: strange(), asn: 4_200_000_000, country: 'JP' })),
    address: strange(),
    reached: false,
  });
  let baseline = emptyBaseline();
  let largest = 0;
  for (let hour = 0; hour < 200; hour++) {
    baseline = fold(baseline, traceAt(hour, wild()));
    largest = Math.max(largest, encode(baseline).length);
  }
  t.comment(`${largest} bytes`);
  t.ok(largest <= LARGEST, `${largest}`);
});

t.test('bytes that are none are refused', async (t) => {
  const bytes = encode(baselineOf(times(3, {})));
  t.throws(() => decode(Uint8Array.of(99, 0, 0)), /format 99 is not known/);
  t.throws(() => decode(bytes.subarray(0, bytes.length / 2)));
  t.throws(() => decode(new Uint8Array()));
});
