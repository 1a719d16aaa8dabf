/** Every view of the page, in light and in dark, by the rules of accessibility; and nothing that a browser complains of. */
import t from 'tap';
import { audit, browserOptions, openBrowser, openView } from './page/browser.js';
import { serveViews, views } from './page/views.js';

t.test('the page', await browserOptions(), async (t) => {
  const url = await serveViews(t);
  const browser = await openBrowser(t);

  for (const colorScheme of ['light', 'dark'] as const) {
    await t.test(`accessible to everybody, ${colorScheme}`, async (t) => {
      for (const { name, path, settled } of views) {
        const { page, complaints } = await openView(t, browser, url + path, {
          colorScheme,
          reducedMotion: 'reduce',
        });
        await page.waitForSelector(settled);
        if (name === 'trace') await page.locator('tr[data-ttl="8"] button').click();
        t.same(await audit(page), [], name);
        // Nothing but the refused target; above all no other host, and nothing that the policy forbids.
        t.match(complaints, name === 'failure' ? [/400/] : [], `${name}: complaints`);
        t.equal(complaints.length, name === 'failure' ? 1 : 0, `${name}: complaints`);
        await page.context().close();
      }
    });
  }
});
