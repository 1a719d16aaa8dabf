/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/// <reference lib="dom.asynciterable" />
/** The page in a browser, before a server that traces the lab's internet: browser and server are both in there. */
import { setTimeout as sleep } from 'node:timers/promises';
import t from 'tap';
import { line } from './lab/descriptions.js';
import { insideLab } from './lab/inside.js';
import { browserOptions, openBrowser, openView } from './page/browser.js';
import { openLabService } from './page/lab-service.js';

/** Routers with addresses of well-known operators, so that they have places; the fourth is listed below. */
const nodes = {
  2: { v4: '9.9.9.9' },
  3: { v4: '193.0.6.139' },
  4: { v4: '45.83.64.1' },
  5: { v4: '202.232.2.164' },
  6: { v4: '10.1.2.3' },
};
const target = '198.18.8.1';
const drop = [
  { cidr: '45.83.64.0/24', sblid: 'SBL1', rir: 'ripencc' },
  { type: 'metadata', timestamp: 1_767_225_600, size: 60, records: 1, copyright: 'none: made for a test' },
];
const files = { 'drop_v4.json': drop.map((entry) => `${JSON.stringify(entry)}\n`).join('') };

interface StoredHop {
  readonly hop: number;
  readonly ip: string;
  readonly place: { readonly lat: number | null; readonly feasible: boolean | null } | null;
}

const options = await browserOptions();
if (options.skip !== undefined) t.test('the page in the lab', options, () => {});
else {
  await insideLab(t, import.meta.url, 'the page in the lab', async (t) => {
    const browser = await openBrowser(t);

    await t.test('a live trace, looked at again, and compared with the next', async (t) => {
      const internet = line({ delaysMs: [0.2, 2, 3, 5, 10, 10, 10, 15], nodes });
      const { url, lab } = await openLabService(t, internet, files);
      const { page, complaints } = await openView(t, browser, url, { script: noteRows });
      await page.getByLabel('Host name or address').fill(target);
      await page.getByRole('button', { name: 'Trace' }).click();
      await page.waitForSelector('.status.good');

      const counts = (await page.evaluate('rowCounts')) as readonly number[];
      t.comment(`rows while the trace went on: ${counts.join(', ')}`);
      t.ok(new Set(counts).size >= 3, 'rows come one by one before the trace ends');
      t.equal(await page.locator('.hops tr[data-ttl]').count(), 8);

      const history = (await (await fetch(`${url}/api/history?target=${target}`)).json()) as Record<
        string,
        readonly { readonly result: readonly StoredHop[] }[]
      >;
      const placed = history[target]![0]!.result.filter(
        ({ ip, place }) => ip !== '*' && place !== null && place.lat !== null && place.feasible !== false,
      ).map(({ hop }) => hop);
      const numbers = async (selector: string, name: string) =>
        (
          await page
            .locator(selector)
            .evaluateAll((all, name) => all.map((one) => one.getAttribute(name)), name)
        )
          .flatMap((text) => text!.split(' '))
          .map(Number);
      t.ok(placed.length >= 3, 'routers have places');
      t.same(
        (await numbers('g.stop', 'data-ttls')).toSorted((a, b) => a - b),
        placed,
        'each has its stop',
      );
      const legs = await numbers('path.leg', 'data-ttl');
      t.ok(legs.length >= 2);
      t.same(
        legs,
        legs.toSorted((a, b) => a - b),
        'legs are drawn in the order of the path',
      );

      await page.waitForSelector('.factors');
      t.ok(Number(await page.locator('.dial .score').textContent()) > 0);
      t.match(await page.locator('.alert').textContent(), 'IP 45.83.64.1 flagged as malicious');
      t.match(await page.locator('tr[data-ttl="4"]').textContent(), 'Spamhaus DROP');

      const before = await page.locator('.hops .address').allTextContents();
      await page.reload();
      await page.waitForSelector('.stale');
      t.same(await page.locator('.hops .address').allTextContents(), before, 'the link restores it');

      // The next trace finds somebody else at hop 7, who needs longer.
      await lab.change({ nodes: { r7: { silent: true } } });
      await page.getByRole('button', { name: 'Measure again' }).click();
      await page.waitForSelector('tr.silent[data-ttl="7"]');
      await page.waitForSelector('.status.good');
      await page.getByRole('link', { name: 'History' }).click();
      const runs = page.locator('.runs-table input');
      await runs.first().waitFor();
      t.equal(await runs.count(), 2);
      await runs.nth(0).check();
      await runs.nth(1).check();
      await page.waitForSelector('.pairs');
      const changed = page.locator('.pairs tr:is(.changed, .removed, .added)');
      t.match(await changed.first().textContent(), '198.18.7.1', 'the changed hop stands out');
      t.equal(await page.locator('.ways li').count(), 2);
      t.same(complaints, []);
    });

    await t.test('stop ends the probing', async (t) => {
      // So far away that nobody clicks too late.
      const internet = line({ delaysMs: [0.2, 1, 2, 300, 1], nodes: { 5: { silent: true } } });
      const { url, lab } = await openLabService(t, internet);
      const silence = async (name: string) => {
        await sleep(500);
        await lab.truth();
        await sleep(1500);
        t.same(await lab.truth(), [], `${name}: no probe 500 ms later`);
      };
      const { page } = await openView(t, browser, url);
      await page.getByLabel('Host name or address').fill('198.18.5.1');
      await page.getByRole('button', { name: 'Trace' }).click();
      await page.waitForSelector('tr[data-ttl="1"]');
      await page.getByRole('button', { name: 'Stop' }).click();
      await page.getByText('Stopped.').waitFor();
      t.ok((await lab.truth()).length > 0, 'it was probing');
      await silence('trace');

      await page.goto(`${url}/?view=watch&target=198.18.4.1`);
      await page.waitForSelector('.watch tr[data-ttl="4"]');
      await page.getByText(/^Round [3-9]/).waitFor();
      await page.getByRole('button', { name: 'Stop' }).click();
      await page.getByText('stopped').waitFor();
      await silence('watch');

      await page.goto(`${url}/?view=watch&target=198.18.4.1`);
      await page.waitForSelector('.watch tr[data-ttl="4"]');
      await page.goto('about:blank');
      await silence('a page that is left');
    });
  });
}

/** Notes in the page how many rows a table has each time one comes while its trace goes on. */
function noteRows(): void {
  const counts: number[] = [];
  Object.assign(window, { rowCounts: counts });
  new MutationObserver(() => {
    const rows = document.querySelectorAll('table[aria-busy="true"] tr[data-ttl]').length;
    if (rows > 0 && rows !== counts.at(-1)) counts.push(rows);
  }).observe(document, { childList: true, subtree: true });
}
