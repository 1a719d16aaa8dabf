import { type Config, flagOf, settings } from '../settings.js';
import type { Flag } from './command.js';

/** The flags that set these parts of the configuration, with help from the table of settings. */
export function configFlags(...keys: readonly (keyof Config)[]): Record<string, Flag> {
  return Object.fromEntries(
    keys.map((key) => {
      const { about, preset, env } = settings[key];
      const note = preset === null ? env : `${env}, default ${preset}`;
      return [flagOf(key), { type: 'string', value: 'VALUE', about: `${about} (${note})` }];
    }),
  );
}
