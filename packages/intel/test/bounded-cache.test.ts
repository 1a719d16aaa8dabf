import t from 'tap';
import { BoundedCache } from '../src/bounded-cache.js';

t.test('never holds more than twice the half, and keeps what is used', async (t) => {
  const cache = new BoundedCache<number, string>(100);
  cache.set(-1, 'used');
  for (let key = 0; key < 10_000; key++) {
    cache.set(key, String(key));
    if (key % 50 === 0) cache.get(-1);
    if (cache.size > 200) t.fail(`${cache.size} entries`);
  }
  t.equal(cache.get(-1), 'used');
  t.equal(cache.get(9_999), '9999');
  t.equal(cache.get(5), undefined);
  cache.clear();
  t.equal(cache.get(-1), undefined);
  t.equal(cache.size, 0);
});
