import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Test } from 'tap';
import type { Internet } from '../lab/description.js';
import { type InternetLab, openInternet } from '../lab/internet.js';
import { urlOf } from '../lab/url-of.js';

const locator = fileURLToPath(new URL('../../packages/server/bin/locator.js', import.meta.url));

/** The server as a process inside a lab of its own, with these files in its data folder; gone with the test. */
export async function openLabService(
  t: Pick<Test, 'teardown'>,
  internet: Internet,
  files: Readonly<Record<string, string>> = {},
): Promise<{ readonly url: string; readonly lab: InternetLab }> {
  const lab = await openInternet(internet);
  const data = await mkdtemp(join(tmpdir(), 'locator-page-'));
  for (const [name, text] of Object.entries(files)) await writeFile(join(data, name), text);
  const server = lab.spawn(process.execPath, [locator, 'serve', '--port', '0', '--data-dir', data], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  t.teardown(async () => {
    const exit = once(server, 'exit');
    if (server.exitCode === null) {
      server.kill('SIGTERM');
      await exit;
    }
    await lab.close();
    await rm(data, { recursive: true });
  });
  return { url: await urlOf(server.stdout!), lab };
}
