import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a file of this folder in a process of its own, behind `prefix`; kills it when it will not end. */
export function runChild(
  file: string,
  args: readonly string[],
  prefix: readonly string[] = [],
): Promise<Ended> {
  const path = fileURLToPath(new URL(file, import.meta.url));
  // The loader that runs TypeScript here runs it there.
  const [command, ...rest] = [...prefix, process.execPath, ...process.execArgv, path, ...args];
  const child = spawn(command!, rest, { stdio: ['ignore', 'pipe', 'pipe'], timeout: 20_000 });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk) => {
    stdout += chunk;
  });
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
}
