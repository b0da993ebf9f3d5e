import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { ModelHost } from '../../src/api/index.js';
import { studioFiles } from '../../src/cli/studio-files.js';
import { type StudioServer, startServer } from '../../src/server/index.js';
import { bundledSource } from '../server/server.js';
import { launchChromium } from './chromium.js';

const pictures = fileURLToPath(new URL('../../screenshots/', import.meta.url));

suite('a page that was saved', () => {
  let browser: Browser | null = null;
  let server: StudioServer;
  const folder = mkdtempSync(join(tmpdir(), 'pellucid-saved-'));
  const file = join(folder, 'saved.html');
  before(async () => {
    browser = await launchChromium();
    if (browser === null) return;
    mkdirSync(pictures, { recursive: true });
    server = await startServer({ host: new ModelHost(bundledSource), files: await studioFiles() });
  });
  after(async () => {
    await browser?.close();
    await server?.close();
    rmSync(folder, { recursive: true });
  });

  const settled = (page: Page) =>
    page.waitForFunction(() => document.querySelectorAll('[aria-busy=true], .skeleton').length === 0);

  /** Chooses a head in the view of all heads, from the chosen one on. */
  const choose = async (page: Page, ...keys: readonly string[]) => {
    await page.getByRole('application', { name: /layers/ }).focus();
    for (const key of [...keys, 'Enter']) await page.keyboard.press(key);
  };

  test('opens from a disk without a network, with what was seen and its interaction', async (context) => {
    if (browser === null) return context.skip('PELLUCID_SKIP_BROWSER=1 and no Chromium');
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 }, locale: 'en-US' });
    page.setDefaultTimeout(120_000);
    await page.goto(`${server.address}#key=${server.token}`);
    await page.locator('.findings').waitFor();
    await page.getByRole('tab', { name: 'Test', exact: true }).click();
    await page.locator('.parts button').first().click();
    await page.locator('.dots').waitFor();
    const change = await page.locator('.effect').first().textContent();
    await page.getByRole('tab', { name: 'Attention', exact: true }).click();
    await settled(page);
    await choose(page, 'ArrowDown', 'ArrowDown', 'ArrowRight');
    await page.getByRole('heading', { name: 'Layer 2, head 1' }).waitFor();
    await settled(page);
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: /^Save page/ }).click(),
    ]);
    assert.equal(download.suggestedFilename(), 'pellucid-pellucid-gpt2.html');
    await download.saveAs(file);
    await page.close();
    assert.ok(statSync(file).size < 2e6, `${statSync(file).size} bytes`);

    for (const colorScheme of ['light', 'dark'] as const) {
      const offline = await browser.newContext({
        ...{ viewport: { width: 1280, height: 800 }, locale: 'en-US', colorScheme, offline: true },
      });
      const saved = await offline.newPage();
      saved.setDefaultTimeout(120_000);
      const complaints: string[] = [];
      saved.on('console', (message) => complaints.push(message.text()));
      saved.on('pageerror', (error) => complaints.push(error.message));
      saved.on('request', (request) => {
        if (!/^(file|data|blob):/.test(request.url())) complaints.push(`asked for ${request.url()}`);
      });
      await saved.goto(pathToFileURL(file).href);
      await saved.getByText('A saved page.').waitFor();
      await saved.getByRole('heading', { name: 'Layer 2, head 1' }).waitFor();
      await saved.screenshot({ path: `${pictures}saved-${colorScheme}.png` });
      // Another head, a pinned token, hover.
      await choose(saved, 'ArrowUp', 'ArrowUp', 'ArrowRight');
      await saved.getByRole('heading', { name: 'Layer 0, head 2' }).waitFor();
      await saved.locator('.tokens button').nth(2).hover();
      await saved.locator('.tokens button').nth(2).click();
      await saved.getByText('“Tom” looks at').waitFor();
      await saved.getByRole('tab', { name: 'Test', exact: true }).click();
      assert.equal(await saved.locator('.effect').first().textContent(), change);
      assert.ok(await saved.locator('.parts button').first().isDisabled());
      await saved.getByRole('tab', { name: 'Overview', exact: true }).click();
      await saved.locator('.findings').waitFor();
      // What needs the model is out of reach, and says why.
      assert.ok(await saved.getByRole('textbox', { name: 'Text' }).isDisabled());
      assert.ok(await saved.getByRole('combobox', { name: /^Model/ }).isDisabled());
      await saved.getByRole('tab', { name: 'Attribution', exact: true }).click();
      await saved.getByText('This was not looked at before the page was saved.').waitFor();
      assert.equal(await saved.getByRole('button', { name: /^Save page/ }).count(), 0);
      assert.deepEqual(complaints, []);
      await offline.close();
    }
  });
});
