/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/// <reference lib="dom.asynciterable" />
/** The page in a browser, before the real server around a tracer that plays a path around the world. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import t from 'tap';
import { browserOptions, openBrowser, openView } from './page/browser.js';
import { openPageServer } from './page/page-server.js';
import { hostileName, listedAddress, target } from './page/world-path.js';

t.test('the page', await browserOptions(), async (t) => {
  const server = await openPageServer({ past: 8 });
  t.teardown(() => server.close());
  const browser = await openBrowser(t);

  await t.test('names from outside stay text', async (t) => {
    const { page, complaints } = await openView(t, browser, `${server.url}/?target=${target}`);
    const row = page.locator('tr[data-ttl="8"]');
    await row.waitFor();
    t.match(await row.textContent(), hostileName);
    t.match(await row.textContent(), 'Cheap <b>Hosting</b>');
    t.equal(await page.locator('main img, main b').count(), 0);
    t.equal(await page.title(), 'Locator');
    t.same(complaints, []);
  });

  await t.test('a listed hop is told, marked and explained', async (t) => {
    const { page } = await openView(t, browser, `${server.url}/?target=${target}`);
    await page.waitForSelector('.factors');
    t.match(await page.locator('.alert').textContent(), `IP ${listedAddress} flagged as malicious`);
    t.ok(Number(await page.locator('.dial .score').textContent()) >= 40);
    t.equal(await page.locator('tr[data-ttl="8"] .badge.danger').textContent(), 'Spamhaus DROP');
    t.equal(await page.locator('.stop.threatened').count(), 1);
    await page.locator('tr[data-ttl="8"] button').click();
    t.match(await page.locator('.detail').textContent(), '45.83.64.0/24');
  });

  await t.test('a trace by keyboard alone', async (t) => {
    const { page } = await openView(t, browser, server.url);
    await page.waitForSelector('.chips');
    // The field has the focus when there is nothing to show yet.
    await page.keyboard.type(target);
    await page.keyboard.press('Enter');
    await page.waitForSelector('.status.good');
    t.equal(new URL(page.url()).search, `?target=${target}`);
    await page.locator('tr[data-ttl="8"] button').focus();
    t.equal(
      (await page.locator('.leg.focused, .stop.focused').count()) > 0,
      true,
      'the map shows the same hop',
    );
    await page.keyboard.press('Enter');
    t.match(await page.locator('.detail').textContent(), 'SBL123456');
    await page.locator('.globe').focus();
    const before = await page.locator('.globe g').first().getAttribute('transform');
    await page.keyboard.press('Tab');
    await page.getByLabel('Zoom in').press('Enter');
    await page.locator('.globe').press('ArrowLeft');
    t.not(await page.locator('.globe g').first().getAttribute('transform'), before);
  });

  await t.test('two runs side by side', async (t) => {
    const { page } = await openView(t, browser, `${server.url}/?view=history&target=${target}`);
    const boxes = page.locator('.runs-table input');
    await boxes.first().waitFor();
    t.match(await page.locator('.ways').textContent(), /differs at hop 5–6/);
    // The fifth run went by the detour (page-server.ts).
    const detour = page
      .locator('tr', { has: page.locator('.way-2') })
      .locator('input')
      .first();
    const usual = page
      .locator('tr', { has: page.locator('.way-1') })
      .locator('input')
      .first();
    await detour.focus();
    await page.keyboard.press('Space');
    await usual.focus();
    await page.keyboard.press('Space');
    await page.waitForSelector('.pairs');
    t.match(page.url(), /&a=\d+&b=\d+$/);
    t.equal(await page.locator('.pairs tr.changed').count(), 2, 'hops 5 and 6');
    t.match(await page.locator('.comparison header').textContent(), '2 changed, 0 new, 0 gone');
    t.match(await page.locator('.pairs tr').last().textContent(), /[+−±]\d/);
    const link = page.url();
    await page.reload();
    await page.waitForSelector('.pairs tr.changed');
    t.equal(page.url(), link);
  });

  await t.test('a monitor is added, told of and removed', async (t) => {
    const { page, complaints } = await openView(t, browser, `${server.url}/?view=monitors`);
    await page.waitForSelector('.live');
    await page.getByLabel('Host name or address').fill('added.example');
    await page.getByLabel('Schedule').selectOption('cron');
    await page.getByLabel('Cron expression').fill('nonsense');
    await page.getByRole('button', { name: 'Add' }).click();
    t.match(await page.locator('.failure').textContent(), /cron/i, 'a wrong schedule is told in words');
    await page.getByLabel('Cron expression').fill('0 0 1 1 *');
    await page.getByRole('button', { name: 'Add' }).click();
    await page.getByRole('link', { name: 'added.example' }).waitFor();

    // What a trace shows is in the feed without a reload.
    const events = page.locator('.events li');
    const before = await events.count();
    await (await fetch(`${server.url}/api/trace?target=another.example&cache=false`)).text();
    await page.waitForFunction((count) => document.querySelectorAll('.events li').length > count, before);
    t.match(await events.first().textContent(), 'another.example');
    await page.getByLabel('Type').selectOption('RoutingLoop');
    await page.getByText('Nothing has changed yet').waitFor();

    const row = page.locator('tr', { hasText: 'added.example' });
    await row.getByRole('button').click();
    await page.locator('dialog[open]').getByRole('button', { name: 'Keep it' }).click();
    t.equal(await row.count(), 1);
    await row.getByRole('button').click();
    await page.locator('dialog[open]').getByRole('button', { name: 'Remove' }).click();
    await row.waitFor({ state: 'detached' });
    t.equal(complaints.length, 1, 'only the refused schedule');
  });

  await t.test('both languages', async (t) => {
    const { page } = await openView(t, browser, `${server.url}/?target=${target}`, { locale: 'zh-CN' });
    await page.waitForSelector('.factors');
    t.equal(await page.getAttribute('html', 'lang'), 'zh-Hans');
    t.match(await page.locator('h2').allTextContents(), ['地图', '风险', '沿途延迟', '各跳']);
    await page.getByRole('button', { name: 'English' }).click();
    t.match(await page.locator('h2').allTextContents(), ['Map', 'Risk']);
    await page.reload();
    await page.waitForSelector('.factors');
    t.equal(await page.getAttribute('html', 'lang'), 'en', 'the choice is kept');
  });

  await t.test('a server that wants a token', async (t) => {
    const guarded = await openPageServer({
      past: 2,
      env: { LOCATOR_TOKEN: 'correct horse'.replace(' ', '-') },
    });
    t.teardown(() => guarded.close());
    const { page } = await openView(t, browser, `${guarded.url}/?target=${target}`);
    await page.getByLabel('Token').fill('wrong');
    await page.keyboard.press('Enter');
    await page.getByLabel('Token').fill('correct-horse');
    await page.keyboard.press('Enter');
    await page.waitForSelector('.status.good');
    await page.reload();
    await page.waitForSelector('.factors');
    t.equal(await page.locator('.failure').count(), 0, 'kept for this tab');
  });

  await t.test('a server that goes away and comes back', async (t) => {
    const first = await openPageServer({ past: 2 });
    const { page } = await openView(t, browser, `${first.url}/?view=watch&target=${target}`);
    await page.waitForSelector('.watch');
    await first.close();
    await page.getByText('The server does not answer').waitFor();
    const again = await openPageServer({ past: 2, port: Number(new URL(first.url).port) });
    t.teardown(() => again.close());
    await page.waitForFunction(() => document.querySelector('.failure') === null);
    await page.waitForSelector('.watch tr[data-ttl="12"]');
    t.pass('it is watched again');
  });

  await t.test('64 hops, 1,000 rounds: the page does not grow', { timeout: 60_000 }, async (t) => {
    // Held at the rounds that are measured: what is still on its way to the page then would count as its own.
    const go = new Map<number, () => void>();
    const held = new Map(
      [300, 1000].map((round) => [round, new Promise<void>((resolve) => go.set(round, resolve))]),
    );
    const fast = await openPageServer({
      watch: {
        hops: 64,
        rounds: 1001,
        roundMs: 1,
        changeEvery: 5,
        told: (round) => held.get(round),
      },
    });
    t.teardown(() => fast.close());
    const { page, complaints } = await openView(t, browser, `${fast.url}/?view=watch&target=${target}`);
    const client = await page.context().newCDPSession(page);
    const sizeAt = async (round: number) => {
      await page
        .locator('.status', { hasText: new RegExp(`Round ${round}\\b`) })
        .waitFor({ timeout: 60_000 });
      await client.send('HeapProfiler.collectGarbage');
      const heap = (await client.send('Runtime.getHeapUsage')).usedSize;
      const nodes = await page.evaluate(() => document.querySelectorAll('*').length);
      go.get(round)!();
      return { heap, nodes };
    };
    const early = await sizeAt(300);
    const late = await sizeAt(1000);
    t.comment(`heap ${early.heap} → ${late.heap} bytes, elements ${early.nodes} → ${late.nodes}`);
    t.equal(await page.locator('.watch tbody tr').count(), 64);
    t.equal(await page.locator('.log li').count(), 50, 'of the changes the newest are kept');
    t.equal(late.nodes, early.nodes, 'nothing is added');
    t.ok(late.heap < early.heap + 1_000_000, 'memory stays what it is');
    t.same(complaints, []);
  });

  await t.test('existing clients of another origin', async (t) => {
    const origin = createServer((_request, response) =>
      response.end('<!doctype html><title>a client</title>'),
    );
    await new Promise<void>((resolve) => origin.listen(0, '127.0.0.1', resolve));
    t.teardown(() => origin.close());
    const { page } = await openView(
      t,
      browser,
      `http://127.0.0.1:${(origin.address() as AddressInfo).port}/`,
    );
    // As such a page does it: Transfer-Encoding tells a stream from an array, positions are TTLs.
    const talk = (url: string) =>
      page.evaluate(async (url) => {
        const response = await fetch(url);
        const isStream = response.headers.get('Transfer-Encoding') === 'chunked';
        let hops: { ip: string; bandwidth_mbps: number | 'None' }[] = [];
        if (isStream) {
          const reader = response.body!.getReader();
          const decoder = new TextDecoder();
          let rest = '';
          for (;;) {
            const { done, value } = await reader.read();
            if (done) break;
            const lines = (rest + decoder.decode(value, { stream: true })).split('\n');
            rest = lines.pop()!;
            for (const line of lines) hops.push(JSON.parse(line));
          }
        } else hops = (await response.json()) as typeof hops;
        return {
          isStream,
          cache: response.headers.get('X-Locator-Cache'),
          rows: hops.map(({ ip, bandwidth_mbps: mbps }, index) => [
            index + 1,
            ip,
            mbps === 'None' ? '-' : mbps.toFixed(2),
          ]),
        };
      }, url);
    const live = await talk(`${server.url}/api/trace?target=${target}&cache=false`);
    const stored = await talk(`${server.url}/api/trace?target=${target}`);
    t.match(live, { isStream: true, cache: null });
    t.match(stored, { isStream: false, cache: 'hit' });
    t.equal(live.rows.length, 12);
    t.same(stored.rows, live.rows);
    t.match(live.rows[3], [4, '*', '-']);
    t.match(live.rows[0], [1, '192.168.1.1', '941.00']);
  });
});
