/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/// <reference lib="dom.asynciterable" />
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { promisify } from 'node:util';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import type { Test } from 'tap';
import { labRequired } from '../lab/available.js';

const require = createRequire(import.meta.url);
const names = ['chromium', 'chromium-browser', 'google-chrome'];

/** The system's Chromium, or CHROMIUM; null where there is none. */
async function findChromium(): Promise<string | null> {
  if (process.env.CHROMIUM) return process.env.CHROMIUM;
  for (const name of names) {
    const found = await promisify(execFile)('sh', ['-c', 'command -v "$1"', 'sh', name]).catch(() => null);
    if (found !== null) return found.stdout.trim();
  }
  return null;
}

/** For tap: options that skip a test where there is no browser; with LOCATOR_LAB=required that is an error. */
export async function browserOptions(): Promise<{ skip?: string }> {
  if ((await findChromium()) !== null) return {};
  const reason = `No browser: none of ${names.join(', ')} is installed, and CHROMIUM is not set.`;
  if (labRequired) throw new Error(`LOCATOR_LAB=required, but there is no browser. ${reason}`);
  return { skip: reason };
}

/** Closed with the test. As root Chromium has no sandbox to offer; a lab's user is root in there. */
export async function openBrowser(t: Pick<Test, 'teardown'>): Promise<Browser> {
  const browser = await chromium.launch({
    executablePath: (await findChromium())!,
    args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
  });
  t.teardown(() => browser.close());
  return browser;
}

export interface View {
  readonly page: Page;
  /** What should not be: errors, broken policies, requests to other hosts. */
  readonly complaints: readonly string[];
}

/** A fresh profile on a page; nothing is kept from one to the next. `script` runs before the page's own. */
export async function openView(
  t: Pick<Test, 'teardown'>,
  browser: Browser,
  url: string,
  options: BrowserContextOptions & { readonly script?: () => void } = {},
): Promise<View> {
  const { script, ...rest } = options;
  const context = await browser.newContext({
    viewport: { width: 1360, height: 900 },
    locale: 'en',
    ...rest,
  });
  t.teardown(() => context.close());
  const page = await context.newPage();
  if (script !== undefined) await page.addInitScript(script);
  const complaints: string[] = [];
  const { host } = new URL(url);
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('request', (request) => {
    if (/^https?:/.test(request.url()) && new URL(request.url()).host !== host)
      complaints.push(request.url());
  });
  // Tells broken policies too, and files that are not there.
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  await page.goto(url);
  return { page, complaints };
}

const axe = await readFile(require.resolve('axe-core'), 'utf8');

/** What axe finds against WCAG 2.2 AA, a line for each: rule and place. */
export async function audit(page: Page): Promise<readonly string[]> {
  await page.evaluate(axe);
  return page.evaluate(async () => {
    const { violations } = await (
      window as unknown as { axe: { run(options: object): Promise<AxeResults> } }
    ).axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] });
    return violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target.join(' ')}`));
  });
}

interface AxeResults {
  readonly violations: readonly {
    readonly id: string;
    readonly nodes: readonly { readonly target: string[] }[];
  }[];
}
