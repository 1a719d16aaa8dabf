import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { InternetLab } from '../../test/lab/internet.js';

/** Runs a script of this folder inside a lab and reads what it prints, one JSON value per line. Throws if it fails. */
export async function runInside<T>(lab: InternetLab, script: URL, args: readonly string[]): Promise<T[]> {
  const child = lab.spawn(process.execPath, [fileURLToPath(script), ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exit = once(child, 'exit');
  const values: T[] = [];
  for await (const line of createInterface({ input: child.stdout! })) values.push(JSON.parse(line));
  const [code, signal] = await exit;
  if (code !== 0)
    throw new Error(`${fileURLToPath(script)} ended with ${signal ?? code} after ${values.length} lines`);
  return values;
}
