import { readMonitors } from './monitors/read-monitors.js';
import { type Config, type Environment, type Flags, readSettings, settings } from './settings.js';

export { type Config, ConfigError, flagOf, isLoopback, isWebUrl, settings } from './settings.js';

const monitors = {
  ...settings.monitors,
  read: (text: string) => (text.includes('\0') ? undefined : readMonitors(text)),
};

/** All of a server's configuration, as `readSettings` reads it, and its monitors. Throws ConfigError. */
export function readConfig(env: Environment, flags: Flags = {}): Config {
  return readSettings(env, flags, { ...settings, monitors });
}
