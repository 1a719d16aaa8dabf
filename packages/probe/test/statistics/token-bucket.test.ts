import t from 'tap';
import { looksLimited } from '../../src/statistics/token-bucket.js';
import { randomFrom, seedOf } from '../seed.js';
import { path } from './samples.js';

const looks = (letters: string) => looksLimited(path(letters)[0]!.attempts);

t.test('what a limiter leaves', async (t) => {
  t.ok(looks('a.a.a.a.a.a.'), 'every other');
  t.ok(looks('aaaaaa..a..a..a..a..'), 'a burst, then every third');
  t.ok(looks('.a.aa.aa.a.aa.aa.a.a'), 'three in five, interleaved as evenly as whole attempts can be');
  t.ok(looks('....a....a....a....a'), 'one in five, drained before');
});

t.test('what chance leaves', async (t) => {
  t.notOk(looks('a.aaa..aaaa.a...aaaa'));
  t.notOk(looks('....aaaa'), 'nothing at first, then everything');
  t.notOk(looks('aaaa....aaaa....aaaa'), 'outages');
});

t.test('too little to tell', async (t) => {
  t.notOk(looks(''));
  t.notOk(looks('aaaaaaaa'));
  t.notOk(looks('........'));
  t.notOk(looks('a.a.a.'), 'three answers');
  t.notOk(looks('aaaaaaaaaa.aaaaaa.aaa'), 'two misses');
});

t.test('attempts at one time', async (t) => {
  const at = (sentAt: number, answeredBy: string | null) => ({ sentAt, answeredBy });
  const both = [...'.a.a.a.a'].map((letter) => at(0, letter === '.' ? null : letter));
  t.notOk(looksLimited(both), 'no rate answers one and not the other');
});

t.test('of random series few look so, of limited ones most', async (t) => {
  const random = randomFrom(seedOf(t, 4884));
  const series = (answers: (seconds: number) => boolean) => {
    let seconds = 0;
    return Array.from({ length: 20 }, () => {
      seconds += 0.8 + 0.4 * random();
      return { sentAt: seconds * 1000, answeredBy: answers(seconds) ? 'a' : null };
    });
  };
  const byChance = (share: number) => series(() => random() >= share);
  const byBucket = (rate: number) => {
    let [tokens, last] = [6 * random(), 0];
    return series((seconds) => {
      tokens = Math.min(6, tokens + rate * (seconds - last));
      last = seconds;
      if (tokens < 1) return false;
      tokens -= 1;
      return true;
    });
  };
  const share = (of: () => boolean) => Array.from({ length: 1000 }, of).filter(Boolean).length / 1000;
  for (const loss of [0.1, 0.2, 0.3, 0.5, 0.7]) {
    const found = share(() => looksLimited(byChance(loss)));
    t.ok(found < 0.06, `${found} of random series with ${loss} missing`);
  }
  for (const rate of [0.3, 0.4, 0.5]) {
    const found = share(() => looksLimited(byBucket(rate)));
    t.ok(found > 0.9, `${found} of those limited to ${rate}/s`);
  }
});
