import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { FollowedFile } from '../../src/files/followed-file.js';

t.test(
  'reads a file when it changes, keeps the last usable content, lets go when it is removed',
  async (t) => {
    const path = join(t.testdir(), 'number');
    let reads = 0;
    const file = new FollowedFile(path, 100, ({ bytes }) => {
      reads += 1;
      const number = Number(bytes.toString());
      if (Number.isNaN(number)) throw new Error('it is no number\nat all');
      return number;
    });
    t.equal(await file.refresh(), false, 'no file, no change');
    t.same([file.value, file.problem], [null, null]);
    writeFileSync(path, '7');
    t.equal(await file.refresh(), true);
    t.same([file.value, file.problem], [7, null]);
    t.equal(await file.refresh(), false);
    t.equal(reads, 1);
    writeFileSync(path, 'seven');
    t.equal(await file.refresh(), true);
    t.same([file.value, file.problem], [7, 'it is no number']);
    t.equal(await file.refresh(), false);
    writeFileSync(path, '1'.repeat(101));
    await file.refresh();
    t.match(file.problem, /101 bytes, more than the 100 allowed/);
    rmSync(path);
    t.equal(await file.refresh(), true);
    t.same([file.value, file.problem], [null, null]);
    mkdirSync(path);
    await file.refresh();
    t.match(file.problem, /no regular file/);
    t.equal(file.value, null);
  },
);

t.test(
  'a pipe in the place of a file does not hang',
  { skip: process.platform === 'win32' && 'no pipes in the file system' },
  async (t) => {
    const path = join(t.testdir(), 'pipe');
    execFileSync('mkfifo', [path]);
    const file = new FollowedFile(path, 100, () => 1);
    t.equal(await file.refresh(), true);
    t.match(file.problem, /no regular file/);
  },
);
