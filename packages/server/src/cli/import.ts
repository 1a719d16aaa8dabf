import { importHistory } from '../import/import-history.js';
import { readSettings } from '../read-settings.js';
import { openStore } from '../services.js';
import type { Command } from './command.js';
import { configFlags } from './config-flags.js';
import { printable } from './printable.js';

export const importOld: Command = {
  name: 'import',
  summary: 'Store the traces that the old tool kept in a history folder; a second time changes nothing',
  operand: 'FOLDER',
  flags: {
    utc: { type: 'boolean', about: 'its file names have times of UTC, not of this time zone' },
    ...configFlags('dataDir'),
  },

  async run(folder, values, { out, err, env }) {
    const store = await openStore(readSettings(env, values));
    const { problem = null } = store;
    try {
      if (problem !== null) {
        err.write(`${problem}\n`);
        return 2;
      }
      const { imported, present, refused } = await importHistory(store, folder!, {
        utc: values.utc === true,
      });
      for (const { file, why } of refused) err.write(`${printable(file)}: ${printable(why)}\n`);
      out.write(`${imported} traces imported, ${present} were there, ${refused.length} files left out.\n`);
      return refused.length > 0 ? 1 : 0;
    } catch (error) {
      if (!isFileError(error)) throw error;
      err.write(`${printable(folder!)} cannot be read: ${error.message}.\n`);
      return 2;
    } finally {
      await store.close();
    }
  },
};

function isFileError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error;
}
