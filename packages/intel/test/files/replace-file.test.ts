import { mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { removeAbandoned, replaceFile } from '../../src/files/replace-file.js';

t.test('makes the folder, and replaces', async (t) => {
  const path = join(t.testdir(), 'a', 'b', 'file.json');
  await replaceFile(path, 'one');
  await replaceFile(path, Buffer.from('two'));
  t.equal(readFileSync(path, 'utf8'), 'two');
  t.same(readdirSync(join(path, '..')), ['file.json']);
});

t.test('a failure leaves nothing behind', async (t) => {
  const folder = t.testdir();
  mkdirSync(join(folder, 'taken'));
  await t.rejects(replaceFile(join(folder, 'taken'), 'x'), { code: 'EISDIR' });
  t.same(readdirSync(folder), ['taken']);
});

t.test('removes what killed processes left, once it is old, and nothing else', async (t) => {
  const folder = t.testdir();
  const old = '.drop_v4.json.0123456789ab.new';
  for (const name of [
    old,
    '.drop_v4.json.ba9876543210.new',
    '.env.new',
    'drop_v4.json',
    '.x.0123456789ab.old',
  ]) {
    writeFileSync(join(folder, name), '');
    if (name !== '.drop_v4.json.ba9876543210.new') utimesSync(join(folder, name), 1, 1);
  }
  await removeAbandoned(folder);
  t.same(readdirSync(folder).sort(), [
    '.drop_v4.json.ba9876543210.new',
    '.env.new',
    '.x.0123456789ab.old',
    'drop_v4.json',
  ]);
  await removeAbandoned(join(folder, 'missing'));
});
