/** `npm run bench -- NAME`: measures Locator beside its peers, in one run, on one lab network. */
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';

const folder = new URL('.', import.meta.url);
const name = process.argv[2];
const file = new URL(`${name}/bench.ts`, folder);

if (name === undefined || !/^[a-z-]+$/.test(name) || !existsSync(file)) {
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries
    .filter((entry) => existsSync(new URL(`${entry.name}/bench.ts`, folder)))
    .map((e) => e.name);
  console.error(`usage: npm run bench -- NAME\nNAME is one of: ${names.join(', ')}`);
  process.exit(2);
}
await import(file.href);
