import t from 'tap';
import { breakOf, NEWS, type Place, SURE, see, settle, UNSEEN } from '../../src/analyse/place.js';

/** A place after traces that were answered by these, one letter each, settled after each as a baseline does. */
function placeOf(letters: string): Place {
  return [...letters].reduce((place, letter) => settle(seen(place, letter)), UNSEEN);
}

function seen(place: Place, ...letters: readonly string[]): Place {
  const about = { since: place.answered, seen: place.answered, asn: null, country: null };
  return see(place, new Map(letters.map((letter) => [letter, about])));
}

const confidenceOf = (letters: string) =>
  breakOf(seen(placeOf(letters.slice(0, -1)), letters.at(-1)!))?.confidence ?? null;

t.test('nothing new, nothing broken', async (t) => {
  t.equal(confidenceOf('A'), null);
  t.equal(confidenceOf('AAAA'), null);
  t.equal(confidenceOf('ABAB'), null);
});

t.test(
  'the stopping rule of multipath detection: flows that rule a further branch out at 95 %',
  async (t) => {
    // Veitch et al. 2009, and the table of Paris traceroute: n(k + 1) for k branches known.
    for (const [branches, flows] of [
      [1, 6],
      [2, 11],
      [3, 16],
      [4, 21],
      [5, 27],
    ] as const) {
      const letters = (n: number) =>
        Array.from({ length: n }, (_, at) => String.fromCharCode(65 + (at % branches))).join('');
      t.ok(confidenceOf(`${letters(flows)}z`)! >= 0.95, `${flows} for ${branches}`);
      t.ok(confidenceOf(`${letters(flows - 1)}z`)! < 0.95, `not ${flows - 1}`);
    }
  },
);

t.test('trace after trace without the old ones makes surer', async (t) => {
  const run = [1, 2, 3, 4].map((n) => confidenceOf(`AAA${'B'.repeat(n)}`)!);
  t.same(
    run,
    [...run].sort((a, b) => a - b),
  );
  t.ok(confidenceOf('ABCDEFG')! < 0.9, 'always another one is rather a wide balancer');
});

t.test('where most were met only once, many are still to be met', async (t) => {
  const letters = (from: number, count: number) =>
    Array.from({ length: count }, (_, at) => String.fromCharCode(0x100 + from + at)).join('');
  const news = letters(1000, 5);
  const [often, once] = [letters(0, 8).repeat(8), `${letters(0, 56)}${letters(0, 8)}`];
  t.equal(often.length, once.length, 'of as many traces');
  t.ok(confidenceOf(`${often}${news}`)! > SURE, 'eight branches, and then none of them five times');
  t.ok(confidenceOf(`${once}${news}`)! < 0.9, 'but nobody knows how many of a balancer met 56 of');
});

t.test('an old one that still answers, also in the same trace, or not', async (t) => {
  t.equal(confidenceOf('AAAAAAAAAABA'), null, 'A is known');
  t.equal(breakOf(placeOf('AAAAAAAAAABA')), null, 'and after it B is a branch');
  const both = seen(placeOf('A'.repeat(20)), 'A', 'B');
  t.ok(breakOf(both)!.confidence > SURE, 'one trace may have met both sides of a change');
});

t.test('after five traces a sure change is the beginning of a new set', async (t) => {
  const before = placeOf('A'.repeat(20));
  t.equal(before.start, 1);
  const news = placeOf(`${'A'.repeat(20)}${'B'.repeat(NEWS)}`);
  t.equal(news.start, 21);
  t.equal(breakOf(news), null);
  t.equal(placeOf(`A${'B'.repeat(NEWS)}`).start, 1, 'not yet sure');
});
