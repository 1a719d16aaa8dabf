import { readMonitors } from './monitors/read-monitors.js';
import { type Environment, type Flags, readSettings } from './read-settings.js';
import { type Config, settings } from './settings.js';

export { ConfigError, isLoopback } from './read-settings.js';
export { isWebUrl } from './setting-text.js';
export { type Config, flagOf, settings } from './settings.js';

const monitors = {
  ...settings.monitors,
  read: (text: string) => (text.includes('\0') ? undefined : readMonitors(text)),
};

/** All of a server's configuration, as `readSettings` reads it, and its monitors. Throws ConfigError. */
export function readConfig(env: Environment, flags: Flags = {}): Config {
  return readSettings(env, flags, { ...settings, monitors });
}
