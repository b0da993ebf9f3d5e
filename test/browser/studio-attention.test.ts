import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, suite } from 'node:test';
import type { Page } from 'playwright-core';
import { type Attention, readExplanation } from '../../src/explanations/index.js';
import { FixtureCopies } from '../model/fixture-copy.js';
import { openFolderModel } from '../model/open-fixture.js';
import { makeTranslator } from '../model/translator.js';
import { bundledSource } from '../server/server.js';
import { assertAccessible, pictures, saved, settled, studioSite } from './studio-site.js';

suite('attention in the studio', () => {
  const copies = new FixtureCopies();
  const folders = new Map<string, string>();
  const fixtures = { translator: 't5-default', grouped: 'gemma2-default' } as const;
  before(async () => {
    for (const [name, fixture] of Object.entries(fixtures))
      folders.set(name, await makeTranslator(copies, fixture, { before: [], after: ['</s>'] }));
  });
  after(() => copies.remove());
  const { browserTest, visit } = studioSite({
    list: async () => [
      ...(await bundledSource.list()),
      ...Object.keys(fixtures).map((name) => ({ name, title: name, modelType: '', from: 'named' as const })),
    ],
    load: (name, signal) => {
      const folder = folders.get(name);
      return folder === undefined ? bundledSource.load(name, signal) : openFolderModel(folder);
    },
  });

  const allHeads = (page: Page) => page.locator('.all-heads');
  const readout = (page: Page) => page.locator('.columns > section').nth(1).locator('.mounted p').first();
  const heading = (page: Page, name: string) => page.getByRole('heading', { name, exact: true });
  const opened = async (page: Page) => {
    await allHeads(page).waitFor();
    await settled(page);
  };

  for (const [colorScheme, locale] of [
    ['light', 'en-US'],
    ['dark', 'zh-CN'],
  ] as const) {
    browserTest(`every drawing is accessible and stays inside, ${colorScheme}, ${locale}`, () =>
      visit({ colorScheme, locale, view: '&panel=attention&layer=1&head=2&tokens=8' }, async (page) => {
        await opened(page);
        const drawing = page.locator('#head + label select');
        for (const kind of ['matrix', 'lines', 'neurons', 'maps']) {
          await drawing.selectOption(kind);
          await settled(page);
          const width = await page.evaluate(() => document.documentElement.scrollWidth);
          assert.ok(width <= 1280, `${kind} is ${width} wide`);
          await assertAccessible(page, kind);
          await page.screenshot({ path: `${pictures}attention-${kind}-${colorScheme}.png`, fullPage: true });
        }
      }),
    );
  }

  browserTest('heads are ranked by what they do, chosen by keys, and faded below a score', () =>
    visit({ view: '&panel=attention&rank=induction&on=repeated' }, async (page) => {
      await opened(page);
      const list = page.getByRole('listbox');
      assert.match(await list.getByRole('option').first().innerText(), /^1\.\d\s+0\.9/);
      await list.focus();
      await page.keyboard.press('Home');
      await heading(page, 'Layer 1, head 5').waitFor();
      await page.getByLabel('Fade below').fill('50');
      await page.waitForFunction(() => location.hash.includes('least=50'));
      assert.equal((await list.locator('.faded').count()) > 0, true);
      await page.getByRole('combobox', { name: 'Rank by' }).selectOption('similarity');
      await settled(page);
      assert.match(await list.getByRole('option').first().innerText(), /^1\.5\s+1\.00/);
    }),
  );

  browserTest('a cell pins its pair for all panels, and several heads become one', () =>
    visit({ view: '&panel=attention&layer=1&head=2' }, async (page) => {
      await opened(page);
      const matrix = page.getByRole('application', { name: /matrix/ });
      await matrix.focus();
      for (const key of ['ArrowDown', 'ArrowDown', 'ArrowDown', 'ArrowRight', 'ArrowRight', 'Enter'])
        await page.keyboard.press(key);
      await page.waitForFunction(() => /tokens=2/.test(location.hash) && /source=2/.test(location.hash));
      assert.match(await readout(page).innerText(), /“·Tom” attends to “·Tom”: 0\.\d{3}/);
      await page.reload();
      await opened(page);
      assert.match(await readout(page).innerText(), /“·Tom” attends to “·Tom”/);
      await page.getByRole('button', { name: 'Test “Tom” → “Tom”' }).waitFor();
      await page.getByRole('application', { name: /layers/ }).focus();
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('Shift+Enter');
      await heading(page, '2 heads').waitFor();
      await page.getByRole('combobox', { name: 'Together' }).selectOption('max');
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('button', { name: 'Save as JSON: attention-1.2-2.2' }).click(),
      ]);
      const saved = readExplanation(readFileSync(await download.path(), 'utf8'), 'saved.json') as Attention;
      assert.equal(saved.options.head, 'mean');
      assert.deepEqual(saved.values.axes, ['destination', 'source']);
    }),
  );

  browserTest('pictures are saved as they are seen: all heads, and the lines of one', () =>
    visit({ view: '&panel=attention&layer=1&head=2&drawing=lines' }, async (page) => {
      await opened(page);
      for (const name of ['attention-all', 'attention-1.2']) {
        const svg = String(
          await saved(page, () => page.getByRole('button', { name: `Save as SVG: ${name}` }).click()),
        );
        assert.match(svg, /<image [^>]*href="data:image\/png;base64,/);
        if (name !== 'attention-all')
          for (const word of ['Anna', 'Tom', 'park']) assert.ok(svg.includes(`${word}</text>`), word);
        const png = await saved(page, () =>
          page.getByRole('button', { name: `Save as PNG: ${name}` }).click(),
        );
        assert.deepEqual([...png.subarray(1, 4)], [...Buffer.from('PNG')]);
      }
    }),
  );

  browserTest('sinks are hidden with their mass, words take the place of tokens', () =>
    visit({ view: '&panel=attention&layer=1&head=4' }, async (page) => {
      await opened(page);
      await page.getByRole('combobox', { name: 'is', exact: true }).selectOption('renormalise');
      await page.waitForFunction(() => /% of the attention is hidden/.test(document.body.innerText));
      await page.getByRole('combobox', { name: 'Between' }).selectOption('sentences');
      await settled(page);
      await page.getByText('As a table').click();
      await page.getByRole('rowheader', { name: '0 Anna met Tom in the park.' }).first().waitFor();
    }),
  );

  browserTest('an encoder-decoder has three attentions', () =>
    visit({ view: '&model=translator&text=the+cat+sat&panel=attention' }, async (page) => {
      await opened(page);
      const stack = page.getByRole('combobox', { name: 'Attention of' });
      for (const [name, label] of [
        ['cross', 'decoder to encoder'],
        ['encoder', 'encoder'],
        ['decoder', 'decoder'],
      ] as const) {
        await stack.selectOption({ label });
        await settled(page);
        await page.getByText('As a table').click();
        await page.getByRole('table').last().locator('tbody tr').first().waitFor();
        await page.getByText('As a table').click();
        await page.screenshot({ path: `${pictures}attention-${name}.png`, fullPage: true });
      }
      await page.getByRole('button', { name: 'Test this head' }).click();
      await heading(page, 'head 0.0 (decoder) to zero').waitFor();
      await page.getByRole('button', { name: 'all of layer 0 (decoder) to zero' }).click();
      await page.locator('.dots').nth(1).waitFor();
    }),
  );

  browserTest('heads that share keys stand together, and the window of a layer is named', () =>
    visit({ view: '&model=grouped&text=the+cat+sat+on+mat+a+dog+ran&panel=attention' }, async (page) => {
      await opened(page);
      await page.getByText('groups of 2 heads share keys and values').waitFor();
      assert.match(await readout(page).innerText(), /sliding window of 6 tokens/);
    }),
  );

  browserTest('a long text is loaded one layer at a time, also on a phone', () => {
    const text = 'Anna met Tom in the park. '.repeat(36).trim();
    const view = `&panel=attention&layer=2&text=${encodeURIComponent(text)}`;
    return visit({ view, viewport: { width: 390, height: 800 } }, async (page) => {
      await opened(page);
      const width = await page.evaluate(() => document.documentElement.scrollWidth);
      assert.ok(width <= 390, `${width}`);
      await heading(page, 'Layer 2, head 0').waitFor();
    });
  });
});
