/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/** Every view of the page on a small screen, and by keyboard. */
import type { Page } from 'playwright-core';
import t from 'tap';
import { browserOptions, openBrowser, openView } from './page/browser.js';
import { serveViews, views } from './page/views.js';

t.test('the page', await browserOptions(), async (t) => {
  const url = await serveViews(t);
  const browser = await openBrowser(t);

  await t.test('as wide as a phone, nothing is wider', async (t) => {
    for (const { name, path, settled } of views) {
      const { page } = await openView(t, browser, url + path, {
        viewport: { width: 360, height: 800 },
        reducedMotion: 'reduce',
      });
      await page.waitForSelector(settled);
      t.equal(await page.evaluate(() => document.documentElement.scrollWidth), 360, name);
      await page.context().close();
    }
  });

  await t.test('every action is within reach of the keyboard', async (t) => {
    for (const { name, path, settled } of views) {
      const { page } = await openView(t, browser, url + path);
      await page.waitForSelector(settled);
      t.same(await unreachable(page), [], name);
      await page.context().close();
    }
  });
});

/** What can be clicked or filled in and is never focused by pressing Tab from the start of the page on. */
async function unreachable(page: Page): Promise<readonly string[]> {
  await page.evaluate(() => {
    (document.activeElement as HTMLElement | null)?.blur();
    document.body.tabIndex = -1;
    document.body.focus();
  });
  const count = await page.evaluate(() => {
    const wanted = [
      ...document.querySelectorAll<HTMLElement>('a[href], button, input, select, summary'),
    ].filter((one) => !one.closest('dialog:not([open])') && !(one as HTMLButtonElement).disabled);
    for (const one of wanted) one.dataset.wanted = '';
    document.addEventListener('focusin', ({ target }) => delete (target as HTMLElement).dataset.wanted);
    return wanted.length;
  });
  for (let presses = 0; presses < 2 * count + 10; presses++) await page.keyboard.press('Tab');
  return page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>('[data-wanted]')].map((one) => one.outerHTML.slice(0, 120)),
  );
}
