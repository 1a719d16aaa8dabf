import t from 'tap';
import { TokenBucket } from '../../src/scripted/token-bucket.js';

const taken = (bucket: TokenBucket, times: readonly number[]) => times.filter((time) => bucket.take(time));

t.test("Linux's limit: 6 at once, then 1 per second", (t) => {
  const bucket = new TokenBucket({ burst: 6, perSecond: 1 });
  t.equal(taken(bucket, new Array(20).fill(0)).length, 6);
  const every100 = Array.from({ length: 50 }, (_, index) => 100 * (index + 1));
  t.same(taken(bucket, every100), [1000, 2000, 3000, 4000, 5000]);
  t.equal(taken(bucket, new Array(20).fill(65_000)).length, 6, 'full again after a rest, not fuller');
  t.end();
});

t.test('one per interval, counted from the last', (t) => {
  const bucket = new TokenBucket({ everyMs: 500 });
  t.same(taken(bucket, [0, 100, 499, 500, 999, 1300, 1700, 1800]), [0, 500, 1300, 1800]);
  t.end();
});
