import { once } from 'node:events';
import type { Internet } from './description.js';
import * as descriptions from './descriptions.js';
import { expectedHops } from './expected.js';
import { openInternet } from './internet.js';

/** Runs a command with this terminal on a host in a described internet. Returns its exit code. */
export async function enter(name = 'fifteenHops', ...command: string[]): Promise<number> {
  const describe = (descriptions as unknown as Record<string, unknown>)[name];
  if (typeof describe !== 'function') {
    const names = Object.entries(descriptions).flatMap(([key, value]) =>
      typeof value === 'function' ? [key] : [],
    );
    console.error(`There is no description ${name}; there are ${names.join(', ')}.`);
    return 2;
  }
  const internet = describe(
    ...(name === 'many' ? [100] : name === 'routeChange' ? [10_000] : []),
  ) as Internet;
  const lab = await openInternet(internet);
  const target = internet.nodes.target ? 'target' : 't0';
  const at = [4, 6].map((family) => expectedHops(internet, target, family as 4 | 6).at(-1)?.addresses[0]);
  if (command.length === 0) console.error(`${name}: ${target} is ${at.join(' and ')}. Leave with exit.`);
  const [file = process.env.SHELL ?? 'sh', ...args] = command;
  const child = lab.spawn(file, args, { stdio: 'inherit' });
  const [code] = await once(child, 'exit');
  await lab.close();
  return code ?? 1;
}
