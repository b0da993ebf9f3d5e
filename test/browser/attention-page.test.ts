import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { attentionPage } from '../../src/figures/index.js';
import { crossAttention, exampleAttention, hello, strange } from '../figures/example.js';
import { launchChromium } from './chromium.js';

const hostile = '<img src=x onerror="window.attacked = true">';
const tokens = [...hello, ' مرحبا', hostile];
const attention = exampleAttention(tokens, { layers: 3, heads: 4 });
const count = tokens.length;

/** The number that the page must show for a cell. */
function shown(layer: number, head: number, row: number, column: number): string {
  return attention.values.data[((layer * 4 + head) * count + row) * count + column]!.toFixed(3);
}

suite('attention page in a browser', () => {
  const folder = mkdtempSync(join(tmpdir(), 'pellucid-page-'));
  let browser: Browser | null = null;
  // One for all tests, which load it anew: a page of its own costs a process each time.
  let page: Page;

  before(async () => {
    browser = await launchChromium();
    if (browser) page = await browser.newPage();
    await attentionPage(attention).save(join(folder, 'page.html'));
    await attentionPage(exampleAttention(strange, { causal: true })).save(join(folder, 'strange.html'));
    await attentionPage(crossAttention()).save(join(folder, 'cross.html'));
  });
  after(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true });
  });

  /** Opens a page from its file, runs the steps, and holds that it was quiet and alone. */
  async function visit(
    name: string,
    options: { width?: number; colorScheme?: 'light' | 'dark' },
    steps: (page: Page) => Promise<void>,
  ): Promise<void> {
    const { width = 1100, colorScheme = 'light' } = options;
    page.removeAllListeners();
    await page.setViewportSize({ width, height: 800 });
    await page.emulateMedia({ colorScheme });
    const complaints: string[] = [];
    page.on('console', (message) => complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('request', (request) => {
      if (!/^(file|data):/.test(request.url())) complaints.push(`asked for ${request.url()}`);
    });
    await page.goto(pathToFileURL(join(folder, name)).href);
    await steps(page);
    assert.deepEqual(complaints, []);
  }

  const browserTest = (name: string, body: () => Promise<void>) =>
    test(name, async (context) => {
      if (browser === null) context.skip('PELLUCID_SKIP_BROWSER=1 and no Chromium');
      else await body();
    });

  browserTest('destinations may be others than the sources', () =>
    visit('cross.html', {}, async (page) => {
      const focus = page.locator('#focus');
      assert.match((await focus.getAttribute('aria-label'))!, /2 by 3 tokens/);
      await focus.focus();
      for (const key of ['End', 'PageDown', 'ArrowDown']) await page.keyboard.press(key);
      assert.match((await page.locator('#readout').textContent())!, /die attends to .*sat: 0\.\d{3}/);
      const box = (await page.locator('#cells').boundingBox())!;
      assert.ok(Math.abs(box.width / 3 - box.height / 2) < 0.5, 'cells are square');
    }),
  );

  browserTest('layer and head can be picked, by selects and by thumbnails', () =>
    visit('page.html', {}, async (page) => {
      const readout = page.locator('#readout');
      assert.match((await readout.textContent()) ?? '', new RegExp(`${shown(0, 0, 0, 0)}$`));
      await page.getByLabel('Layer', { exact: true }).selectOption('2');
      await page.getByLabel('Head', { exact: true }).selectOption('1');
      assert.match((await readout.textContent()) ?? '', new RegExp(`${shown(2, 1, 0, 0)}$`));
      await page.getByRole('button', { name: 'Layer 2, head 3' }).click();
      assert.match((await readout.textContent()) ?? '', new RegExp(`${shown(2, 3, 0, 0)}$`));
      assert.equal(await page.locator('#heads [aria-pressed=true]').textContent(), '3');
      assert.equal(await page.locator('#which').textContent(), 'Layer 2, head 3');
    }),
  );

  browserTest('hovering a cell shows its value', () =>
    visit('page.html', {}, async (page) => {
      const box = (await page.locator('#cells').boundingBox())!;
      await page.locator('#cells').hover({
        position: { x: ((4 + 0.5) * box.width) / count, y: ((1 + 0.5) * box.height) / count },
      });
      assert.equal(await page.locator('#readout').textContent(), `hello attends to !: ${shown(0, 0, 1, 4)}`);
    }),
  );

  browserTest('cells have the colours of their values', () =>
    visit('page.html', {}, async (page) => {
      const light = await page.evaluate(() => {
        const canvas = document.getElementById('cells') as HTMLCanvasElement;
        const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
        return Array.from(
          { length: data.length / 4 },
          (_, i) => data[i * 4]! + data[i * 4 + 1]! + data[i * 4 + 2]!,
        );
      });
      const values = [...attention.values.data.slice(0, count * count)];
      const lightest = light.indexOf(Math.max(...light));
      const darkest = light.indexOf(Math.min(...light));
      assert.equal(values[darkest], Math.max(...values));
      assert.ok(values[lightest]! < 0.01);
    }),
  );

  browserTest('large cells hold their numbers', () =>
    visit('page.html', {}, async (page) => {
      const numbers = await page.locator('#numbers span').allTextContents();
      const expected = [...attention.values.data.slice(0, count * count)].map((value) => value.toFixed(2));
      assert.deepEqual(numbers, expected);
    }),
  );

  browserTest('arrow keys walk over the cells, and the live region tells', () =>
    visit('page.html', {}, async (page) => {
      const focus = page.locator('#focus');
      await focus.focus();
      const told = () => page.locator('#live').textContent();
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('ArrowRight');
      assert.equal(await told(), `hello attends to hello: ${shown(0, 0, 1, 1)}`);
      await page.keyboard.press('ArrowUp');
      await page.keyboard.press('ArrowUp');
      await page.keyboard.press('End');
      assert.equal(await told(), `[CLS] attends to ${hostile}: ${shown(0, 0, 0, count - 1)}`);
      await page.keyboard.press('PageDown');
      await page.keyboard.press('Home');
      assert.equal(await told(), `${hostile} attends to [CLS]: ${shown(0, 0, count - 1, 0)}`);
    }),
  );

  browserTest('everything can be reached by keyboard and has a name', () =>
    visit('page.html', {}, async (page) => {
      const names = new Set<string>();
      for (let i = 0; i < 14; i++) {
        await page.keyboard.press('Tab');
        names.add(
          await page.evaluate(() => {
            const { activeElement: active } = document;
            const labels =
              active instanceof HTMLSelectElement ? (active.labels?.[0]?.firstChild?.textContent ?? '') : '';
            return active?.getAttribute('aria-label') ?? (labels || (active?.textContent ?? ''));
          }),
        );
      }
      for (const name of [
        'Layer',
        'Head',
        'Colours',
        'Cells',
        'Theme',
        'Layer 0, head 2',
        'Table of values',
      ]) {
        assert.ok(names.has(name), `${name} is not among ${[...names].join(', ')}`);
      }
      assert.ok([...names].some((name) => name.startsWith('Layer 0, head 0: attention heatmap')));
    }),
  );

  browserTest('tokens are text, isolated, and never markup', () =>
    visit('page.html', {}, async (page) => {
      await page.locator('#table summary').click();
      assert.equal(await page.locator('main img').count(), 0);
      assert.equal(await page.evaluate(() => 'attacked' in window), false);
      assert.equal(await page.locator('#rows bdi').count(), count);
      assert.equal(await page.locator('#rows bdi').last().textContent(), hostile);
    }),
  );

  browserTest('the table holds every value', () =>
    visit('page.html', {}, async (page) => {
      await page.locator('#table summary').click();
      await page.locator('#values table').waitFor();
      const cells = await page.locator('#values td').allTextContents();
      const expected = Array.from({ length: count * count }, (_, i) =>
        shown(0, 0, Math.floor(i / count), i % count),
      );
      assert.deepEqual(cells, expected);
    }),
  );

  browserTest('the theme follows the system until one is picked', () =>
    visit('page.html', { colorScheme: 'dark' }, async (page) => {
      const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
      assert.equal(await ground(), 'rgb(20, 23, 28)');
      await page.getByLabel('Theme').selectOption('light');
      assert.equal(await ground(), 'rgb(255, 255, 255)');
      await page.getByLabel('Theme').selectOption('system');
      assert.equal(await ground(), 'rgb(20, 23, 28)');
    }),
  );

  browserTest('fits a phone: only the cells scroll sideways', () =>
    visit('strange.html', { width: 360 }, async (page) => {
      const wide = await page.evaluate(() => document.documentElement.scrollWidth);
      assert.ok(wide <= 360, `${wide}`);
      await page.getByLabel('Cells').selectOption('fit');
      const box = (await page.locator('#cells').boundingBox())!;
      assert.ok(box.x + box.width <= 360, `${box.x + box.width}`);
    }),
  );

  browserTest('what cannot be attended to is empty and said so', () =>
    visit('strange.html', {}, async (page) => {
      await page.locator('#focus').focus();
      await page.keyboard.press('ArrowRight');
      assert.match((await page.locator('#live').textContent()) ?? '', /: cannot attend$/);
      assert.equal(await page.locator('#heads').isVisible(), false);
    }),
  );
});
