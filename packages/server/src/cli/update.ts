import { readSettings } from '../read-settings.js';
import { openDescriptions } from '../services.js';
import { encodeUpdateReport } from '../wire/update-report.js';
import type { Command } from './command.js';
import { configFlags } from './config-flags.js';

export const update: Command = {
  name: 'update',
  summary:
    'Fetch the threat lists and, with an account, GeoLite2 databases, never more often than their source allows',
  operand: '',
  flags: {
    'accept-shrink': {
      type: 'boolean',
      about: 'take a list from which more than half of the entries are gone',
    },
    json: { type: 'boolean', about: 'print what /api/threat-intel/update answers' },
    ...configFlags('dataDir', 'dropUrl', 'dropV6Url', 'asndropUrl', 'maxmindUrl'),
  },

  async run(_target, values, { out, env, signal }) {
    const intel = await openDescriptions(readSettings(env, values));
    try {
      const report = await intel.update({ acceptShrink: values['accept-shrink'] === true, signal });
      if (values.json) out.write(`${JSON.stringify(encodeUpdateReport(report))}\n`);
      for (const { sentence } of values.json ? [] : report.lists) out.write(`${sentence}\n`);
      const failed = report.lists.some(({ result }) => result === 'failed' || result === 'refused');
      return failed ? 1 : 0;
    } finally {
      await intel.close();
    }
  },
};
