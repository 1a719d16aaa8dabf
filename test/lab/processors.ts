import { execFile } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { promisify } from 'node:util';
import type { Namespace } from './namespace.js';

/** The last processor for the simulated internet, the others for who measures it; nothing where there is only one. */
export function sharedOut(): { readonly simulation?: number; readonly others?: string } {
  const last = availableParallelism() - 1;
  return last === 0 ? {} : { simulation: last, others: last === 1 ? '0' : `0-${last - 1}` };
}

/** The command that runs this one on these processors, a list as taskset has it; the same command without a list. */
export function onProcessors(
  list: string | undefined,
  file: string,
  args: readonly string[],
): readonly [file: string, args: readonly string[]] {
  return list === undefined ? [file, args] : ['taskset', ['--cpu-list', list, file, ...args]];
}

/** The same namespace, for programs that keep to these processors. */
export function keptTo(list: string | undefined, namespace: Namespace): Namespace {
  return {
    ...namespace,
    command: (file, args = []) => namespace.command(...onProcessors(list, file, args)),
    run: (file, args = [], options) => namespace.run(...onProcessors(list, file, args), options),
    spawn: (file, args = [], options) => namespace.spawn(...onProcessors(list, file, args), options),
  };
}

/** Keeps this process to these processors, and what it starts from now on and is not told otherwise. */
export async function keepTo(list: string | undefined): Promise<void> {
  if (list === undefined) return;
  await promisify(execFile)('taskset', ['--all-tasks', '--cpu-list', '--pid', list, `${process.pid}`]);
}
