import { register } from 'node:module';

/* Opens the raw-socket socket under a handicap and prints how it fails. */
const handicap = process.argv[2] as 'uninstalled' | 'nobody' | undefined;
const hooks = `export async function resolve(specifier, context, next) {
  if (specifier !== 'raw-socket') return next(specifier, context);
  throw Object.assign(new Error('no such package'), { code: 'ERR_MODULE_NOT_FOUND' });
}`;
if (handicap === 'uninstalled') register(`data:text/javascript,${encodeURIComponent(hooks)}`);
const { openRawSocketSocket } = await import('../../src/socket/raw-socket.js');
// The package is loaded while its files can still be read, wherever they are.
if (handicap === 'nobody') {
  await import('raw-socket');
  process.setgid?.(65_534);
  process.setuid?.(65_534);
}
try {
  await (await openRawSocketSocket()).close();
  console.log(JSON.stringify({ code: 'opened' }));
} catch (error) {
  const { code, message } = error as NodeJS.ErrnoException;
  console.log(JSON.stringify({ code, message }));
}
