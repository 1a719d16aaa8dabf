// Where the native part is, and whether it can be used. The build (install.mjs) and the sockets
// (src/socket/native-binding.ts) ask the same question here.
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

/** What this version's TypeScript expects; src/locator.h says what the binary is. */
const ABI = 4;

const libc = () => (process.report.getReport().header.glibcVersionRuntime ? 'glibc' : 'musl');

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
