import { existsSync } from 'node:fs';
import { readSettings } from '../read-settings.js';
import { openStore } from '../services.js';
import type { Command } from './command.js';
import { configFlags } from './config-flags.js';

export const backup: Command = {
  name: 'backup',
  summary: 'Write a checked copy of the stored traces to a new file, also while a server uses them',
  operand: 'FILE',
  flags: configFlags('dataDir'),

  async run(file, values, { out, err, env }) {
    if (existsSync(file!)) {
      err.write(`${file} exists, and is not overwritten.\n`);
      return 2;
    }
    const store = await openStore(readSettings(env, values));
    const { problem = null } = store;
    try {
      if (problem !== null) {
        err.write(`${problem}\n`);
        return 2;
      }
      const { traces, targets } = await store.counts();
      await store.backup(file!);
      out.write(
        `${file}: ${traces} traces of ${targets} targets. As locator.db in a data folder it is used.\n`,
      );
      return 0;
    } finally {
      await store.close();
    }
  },
};
