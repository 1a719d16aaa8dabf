import { utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { readFileWhole } from '../../src/files/read-file.js';
import { VerifiedFiles } from '../../src/mmdb/verified-files.js';

const bytes = Buffer.from('a database');
const memo = 'verified-databases.json';

/** How often a content had to be verified. */
async function verifications(
  verified: VerifiedFiles,
  contents: readonly Parameters<VerifiedFiles['pass']>[0][],
) {
  let times = 0;
  for (const content of contents) {
    await verified.pass(content, async () => {
      times += 1;
    });
  }
  return times;
}

t.test('once per content, in this process and the next', async (t) => {
  const folder = t.testdir();
  const content = { bytes, settled: null };
  t.equal(await verifications(new VerifiedFiles(folder), [content, content]), 1);
  t.equal(await verifications(new VerifiedFiles(folder), [content]), 0);
  t.equal(
    await verifications(new VerifiedFiles(folder), [{ bytes: Buffer.from('another'), settled: null }]),
    1,
  );
});

t.test('a file that has not changed is not even read through', async (t) => {
  const folder = t.testdir();
  t.equal(await verifications(new VerifiedFiles(folder), [{ bytes, settled: '1:2:3' }]), 1);
  // Told by the stamp alone: other bytes would have another digest.
  t.equal(await verifications(new VerifiedFiles(folder), [{ bytes: Buffer.from('x'), settled: '1:2:3' }]), 0);
  t.equal(await verifications(new VerifiedFiles(folder), [{ bytes: Buffer.from('x'), settled: '1:2:4' }]), 1);
  t.equal(await verifications(new VerifiedFiles(folder), [{ bytes: Buffer.from('y'), settled: null }]), 1);
});

t.test('what fails is not remembered', async (t) => {
  const folder = t.testdir();
  const broken = async () => {
    throw new Error('broken');
  };
  const verified = new VerifiedFiles(folder);
  await t.rejects(verified.pass({ bytes, settled: '1' }, broken), { message: 'broken' });
  await t.rejects(verified.pass({ bytes, settled: '1' }, broken), { message: 'broken' });
});

t.test('without a folder, or with a memo of another version or none at all, all is verified', async (t) => {
  const content = { bytes, settled: '1' };
  t.equal(await verifications(new VerifiedFiles(null), [content, content]), 2);
  for (const text of ['garbage', 'null', '{"version":2,"sha256":7}', '{"version":1,"files":["1"]}']) {
    t.equal(await verifications(new VerifiedFiles(t.testdir({ [memo]: text })), [content]), 1, text);
  }
});

t.test(
  'a stamp is settled when the file was left alone for a while, and differs after any change',
  async (t) => {
    const path = join(t.testdir({ file: 'abc' }), 'file');
    const fresh = await readFileWhole(path, 10);
    t.equal(fresh?.settled, null, 'just written');
    const before = new Date(Date.now() - 3_600_000);
    utimesSync(path, before, before);
    const dated = await readFileWhole(path, 10);
    t.equal(dated?.settled, null, 'whatever it is dated');
    writeFileSync(path, 'abd');
    utimesSync(path, before, before);
    const old = await readFileWhole(fileURLToPath(import.meta.url), 1 << 20);
    t.equal(old?.settled, old?.stamp, 'this very file');
    t.not((await readFileWhole(path, 10))?.stamp, dated?.stamp, 'the same size and date, another stamp');
  },
);
