// Where the native part is, and whether it can be used. The build (install.mjs) and the sockets
// (src/socket/native-binding.ts) ask the same question here.
import { closeSync, openSync, readSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

/** What this version's TypeScript expects; src/locator.h says what the binary is. */
const ABI = 5;

/**
 * By the dynamic loader that this Node names in its first bytes (PT_INTERP). Its own report would say it too, but looks up
 * the names of all open sockets' ends for that, for seconds where no name server answers.
 */
function libc() {
  const bytes = Buffer.alloc(2048);
  const file = openSync(process.execPath, 'r');
  try {
    readSync(file, bytes);
  } finally {
    closeSync(file);
  }
  return bytes.includes('ld-musl') ? 'musl' : 'glibc';
}

/** The file this machine's binary is in, built or not. */
export function binaryPath() {
  const name = `locator-${process.platform}-${process.arch}-${libc()}.node`;
  return fileURLToPath(new URL(`build/${name}`, import.meta.url));
}

/** `{ binding }`, or `{ reason }`: one sentence without a full stop. Never throws. */
export function loadBinding() {
  if (process.platform !== 'linux')
    return { reason: `the native sockets are for Linux, not ${process.platform}` };
  try {
    const binding = createRequire(import.meta.url)(binaryPath());
    if (binding.abi === ABI) return { binding };
    return { reason: 'the native part was built from another version: run node native/install.mjs' };
  } catch (error) {
    if (error.code === 'MODULE_NOT_FOUND') return { reason: 'the native part has not been built' };
    return { reason: `the native part cannot be loaded (${error.message.split('\n')[0]})` };
  }
}
