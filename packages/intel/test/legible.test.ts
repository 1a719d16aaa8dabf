import t from 'tap';
import { legible } from '../src/legible.js';

t.equal(legible('  Zürich 東京 '), 'Zürich 東京');
t.equal(legible('a\u001b[31mb\r\nc\u202Ed\u0000'), 'a[31mbcd', 'control and direction characters go');
t.equal(legible('broken \ud800 text \uFFFD'), 'broken  text');
for (const value of ['', '  ', '\u0007', 7, null, undefined, {}, ['a'], 'x'.repeat(257)])
  t.equal(legible(value), null);
