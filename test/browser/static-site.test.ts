import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { after, before, suite, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { siteFolder } from '../../scripts/site.js';
import { HubServer } from '../checkpoint/hub-server.js';
import { fixturesFolder } from '../model/golden.js';
import { launchChromium } from './chromium.js';
import { hostFolder } from './static-host.js';

const pictures = fileURLToPath(new URL('../../screenshots/', import.meta.url));
const checkpoints = fileURLToPath(new URL('checkpoints/', fixturesFolder));

/** A checkpoint's files, by name. */
function filesOf(name: string): Record<string, Uint8Array> {
  const folder = `${checkpoints}${name}/`;
  return Object.fromEntries(readdirSync(folder).map((file) => [file, readFileSync(folder + file)]));
}

suite('the studio with no server behind it', () => {
  let browser: Browser | null = null;
  let host: Awaited<ReturnType<typeof hostFolder>>;
  const hub = new HubServer();

  before(async () => {
    browser = await launchChromium();
    if (browser === null) return;
    await hub.start();
    hub.repositories.set('someone/tiny', { commit: 'c'.repeat(40), files: filesOf('gpt2-default') });
    mkdirSync(pictures, { recursive: true });
    host = await hostFolder(siteFolder, '/any/where/', [
      ['https://huggingface.co', hub.endpoint],
      ['https://*.hf.co', hub.storeEndpoint],
    ]);
  });
  after(async () => {
    await browser?.close();
    host?.close();
    await hub.close();
  });

  /** Opens the site in a browser of its own, and holds that nobody else is asked and nothing is complained of. */
  async function visit(
    steps: (page: Page, context: BrowserContext) => Promise<void>,
    others: readonly string[] = [],
  ): Promise<void> {
    const context = await browser!.newContext({ viewport: { width: 1280, height: 800 }, locale: 'en-US' });
    const page = await context.newPage();
    page.setDefaultTimeout(120_000);
    const complaints: string[] = [];
    page.on('console', (message) => complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    // Requests of workers too.
    context.on('request', (request) => {
      const own = request.url().startsWith(host.address) || /^(data|blob):/.test(request.url());
      if (!own && !others.some((other) => request.url().startsWith(other)))
        complaints.push(`asked for ${request.url()}`);
    });
    await page.goto(host.address);
    await page.locator('.predictions').waitFor();
    await steps(page, context);
    assert.deepEqual(complaints, []);
    await context.close();
  }

  const browserTest = (name: string, body: () => Promise<void>) =>
    test(name, async (context) => {
      if (browser === null) context.skip('PELLUCID_SKIP_BROWSER=1 and no Chromium');
      else await body();
    });

  browserTest(
    'begins on a bundled model, below any path, without headers, and stays free while it works',
    () =>
      visit(async (page) => {
        assert.equal(await page.evaluate(() => crossOriginIsolated), false);
        await page.getByRole('button', { name: '“Tom”', exact: true }).waitFor();
        await page.getByRole('tab', { name: 'Attribution' }).click();
        await page.locator('.cards').waitFor();
        // A worker has the model and its engine; the page, which must answer, has loaded nothing of either.
        assert.ok(page.workers().some((worker) => /model-worker/.test(worker.url())));
        const loaded = await page.evaluate(() =>
          performance.getEntriesByType('resource').map(({ name }) => name),
        );
        assert.ok(loaded.length > 0);
        assert.deepEqual(
          loaded.filter((name) => /\.wasm|\.safetensors/.test(name)),
          [],
        );
        await page.getByRole('combobox', { name: /^Model/ }).selectOption('pellucid-truth-linear');
        await page.waitForFunction(() => location.hash.includes('model=pellucid-truth-linear'));
      }),
  );

  browserTest('on the next visit it may have threads on any host', () =>
    visit(async (page) => {
      await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
      await page.reload();
      await page.locator('.predictions').waitFor();
      assert.equal(await page.evaluate(() => crossOriginIsolated), true);
    }),
  );

  browserTest('opens a model of the Hub that the visitor names, and tells what it cannot open', () =>
    visit(
      async (page) => {
        await page.getByRole('button', { name: 'Open another…' }).click();
        const field = page.getByRole('textbox', { name: 'Model id' });
        await page.screenshot({ path: `${pictures}site-open.png` });
        await field.fill('../etc');
        await page.keyboard.press('Enter');
        await page.getByText('is not the id of a model on the Hub').waitFor();
        await field.fill('someone/tiny');
        await page.keyboard.press('Enter');
        await page.waitForFunction(() => location.hash.includes('model=someone%2Ftiny'));
        // It reads sixteen tokens and no more.
        await page.getByRole('textbox', { name: 'Text' }).fill('Anna met');
        await page.locator('.predictions').waitFor();
        assert.ok(hub.asked(/^store someone\/tiny|^store .*safetensors/).length > 0);
        assert.ok(hub.asked(/safetensors/).every(({ range }) => range !== undefined));
      },
      [hub.endpoint, hub.storeEndpoint],
    ),
  );

  browserTest('opens files that the visitor picks or drops', () =>
    visit(async (page) => {
      await page.getByRole('button', { name: 'Open another…' }).click();
      await page.locator('input[type=file]').setInputFiles(`${checkpoints}bert-default`);
      await page.waitForFunction(() => location.hash.includes('model=bert-default'));
      await page.getByText(/\d+ tokens/).waitFor();
      const transfer = await page.evaluateHandle(() => {
        const given = new DataTransfer();
        given.items.add(new File(['{}'], 'config.json'));
        return given;
      });
      await page.dispatchEvent('main', 'drop', { dataTransfer: transfer });
      await page.getByRole('alert').waitFor();
    }),
  );
});
