import { fileURLToPath } from 'node:url';
import type { InternetLab } from '../../test/lab/internet.js';
import { answersOf } from '../shared/answers.js';
import type { Run } from './run.js';

/** One process of Locator's that traces all targets of a file as often as it is asked to. */
export interface ManyTraces {
  run(): Promise<Run>;
  close(): Promise<void>;
}

/** `PROFILE` names a folder for a CPU profile of it. */
export function openLocator(lab: InternetLab, file: string, rate: number): ManyTraces {
  const script = fileURLToPath(new URL('locator.mjs', import.meta.url));
  const profile = process.env.PROFILE ? ['--cpu-prof', `--cpu-prof-dir=${process.env.PROFILE}`] : [];
  const child = lab.spawn(process.execPath, [...profile, script, file, String(rate)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const { ask, close } = answersOf<Run>(child);
  return { run: () => ask('again'), close };
}
