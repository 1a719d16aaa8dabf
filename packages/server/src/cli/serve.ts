import { type Config, readConfig, settings } from '../config.js';
import { serve as startServer } from '../serve.js';
import type { Command } from './command.js';
import { configFlags } from './config-flags.js';

export const serve: Command = {
  name: 'serve',
  summary: 'Answer over HTTP: /api/trace, /api/history, /api/analyze; the whole API is shown at /docs',
  operand: '',
  flags: configFlags(...(Object.keys(settings) as (keyof Config)[])),

  async run(_target, values, { out, err, env, signal }) {
    const running = await startServer(readConfig(env, values));
    out.write(`${running.line}\n`);
    for (const problem of running.problems) err.write(`${problem}\n`);
    await new Promise<void>((resolve) => {
      if (signal.aborted) resolve();
      else signal.addEventListener('abort', () => resolve(), { once: true });
    });
    await running.close();
    return 0;
  },
};
