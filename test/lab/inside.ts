import { fileURLToPath } from 'node:url';
import type { Test, t } from 'tap';
import { labOptions } from './available.js';
import { insideVariable, openNamespace } from './namespace.js';
import { pathWithSbin } from './path.js';

type Root = typeof t;

let parts = 0;

/**
 * A test that runs inside a network namespace of its own: the test file is started once more in there, where
 * only this one body is run, and what it reports becomes a subtest. Everything else at the top of the file
 * runs there too, so a file that uses this should consist of nothing else. Skips with the reason where there
 * is no lab, and fails with it when LOCATOR_LAB=required.
 */
export async function insideLab(
  root: Root,
  file: string,
  name: string,
  body: (t: Test) => Promise<unknown>,
  programs: readonly string[] = [],
): Promise<void> {
  const part = `${parts++}`;
  const inside = process.env[insideVariable];
  if (inside !== undefined) {
    if (inside === part) await root.test(name, body);
    return;
  }
  const options = await labOptions(programs);
  if (options.skip) {
    await root.test(name, { skip: options.skip }, () => {});
    return;
  }
  const namespace = await openNamespace();
  try {
    const [command, args] = namespace.command(process.execPath, [...process.execArgv, fileURLToPath(file)]);
    await root.spawn(command, args, { env: { ...pathWithSbin(), [insideVariable]: part } }, name);
  } finally {
    await namespace.close();
  }
}
