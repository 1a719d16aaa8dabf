import { existsSync } from 'node:fs';
import t from 'tap';
import { aServer } from '../a-server.js';

const isBuilt = existsSync(new URL('../../dist/web/index.html', import.meta.url));

t.test('the page and its files', { skip: isBuilt ? false : 'the page is not built' }, async (t) => {
  const { app } = await aServer(t);
  const page = await app.inject('/');
  t.equal(page.statusCode, 200);
  t.match(page.headers['content-type'], /^text\/html/);
  t.equal(page.headers['cache-control'], 'no-cache', 'a new version is there at the next visit');
  t.equal(page.headers['x-content-type-options'], 'nosniff');
  const policy = String(page.headers['content-security-policy']);
  t.match(policy, "default-src 'none'");
  t.match(policy, "script-src 'self'");
  t.notMatch(policy, /unsafe|https?:|\*/);

  const files = [...page.body.matchAll(/(?:src|href)="\.?(\/assets\/[^"]+)"/g)].map(([, path]) => path!);
  t.ok(files.length >= 2, 'a script and a style sheet');
  t.notMatch(page.body, /(?:src|href)="(?:https?:)?\/\//, 'nothing from another host');
  for (const path of files) {
    const file = await app.inject(path);
    t.equal(file.statusCode, 200, path);
    t.match(file.headers['cache-control'], 'immutable', 'its name says what is in it');
  }
});

t.test('without a file there is no page', async (t) => {
  const { app } = await aServer(t);
  for (const path of ['/assets/nothing.js', '/../package.json', '/%2e%2e/package.json']) {
    t.equal((await app.inject(path)).statusCode, 404, path);
  }
});
