// node test/lab/enter.mjs [DESCRIPTION] [COMMAND …]: a shell, or a command, on a host in the simulated internet of
// that name (descriptions.ts; default fifteenHops). TypeScript is loaded as tap does it.
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const fromTap = createRequire(createRequire(import.meta.url).resolve('tap'));
await import(new URL('../esm/import.mjs', pathToFileURL(fromTap.resolve('@tapjs/typescript'))).href);
const { enter } = await import('./enter.ts');
process.exitCode = await enter(...process.argv.slice(2));
