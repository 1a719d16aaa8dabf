import type { Command } from './command.js';

/** `locator --help` */
export function overview(commands: readonly Command[]): string {
  const lines = commands.map(({ name, operand, summary }) => [`${name} ${operand}`.trim(), summary] as const);
  return [
    'Locator measures the way your packets take and says what each step is.',
    '',
    'Usage: locator COMMAND [OPTIONS]',
    '',
    ...columns(lines),
    '',
    'locator COMMAND --help says more about one; locator --version prints the version.',
    'Exit code: 0 when the destination answered (or the command did its work), 1 when not, 2 on bad usage',
    'or when it could not start.',
    '',
  ].join('\n');
}

/** `locator COMMAND --help` */
export function commandHelp({ name, operand, summary, flags }: Command): string {
  const lines = Object.entries(flags).map(
    ([flag, { value, about }]) => [`--${flag}${value === undefined ? '' : ` ${value}`}`, about] as const,
  );
  const usage = ['locator', name, operand, '[OPTIONS]'].filter((word) => word !== '').join(' ');
  return [`${summary}.`, '', `Usage: ${usage}`, '', ...columns([...lines, ['--help', 'show this']]), ''].join(
    '\n',
  );
}

function columns(lines: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...lines.map(([left]) => left.length));
  return lines.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`);
}
