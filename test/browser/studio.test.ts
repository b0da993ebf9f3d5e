import assert from 'node:assert/strict';
import { suite } from 'node:test';
import type { Page } from 'playwright-core';
import { httpClient } from '../../src/client/index.js';
import { readExplanation } from '../../src/explanations/index.js';
import { assertAccessible, pictures, saved, settled, studioSite } from './studio-site.js';

suite('the studio in a browser', () => {
  const { browser, server, browserTest, visit } = studioSite();
  const card = (page: Page) => page.locator('.card').first();

  const looks = [
    {
      colorScheme: 'light',
      locale: 'en-US',
      names: ['Overview', 'Attention', 'Attribution', 'Lens', 'Test'],
    },
    { colorScheme: 'dark', locale: 'zh-CN', names: ['概览', '注意力', '归因', '透镜', '检验'] },
  ] as const;
  for (const { colorScheme, locale, names } of looks) {
    browserTest(`every panel, ${colorScheme}, ${locale}`, () =>
      visit({ colorScheme, locale }, async (page) => {
        await page.locator('.findings').waitFor();
        await page.locator('.tokens button').nth(2).click();
        for (const [i, name] of names.entries()) {
          await page.getByRole('tab', { name, exact: true }).click();
          if (i === 4) {
            await page.locator('.parts button').first().click();
            await page.locator('.dots').waitFor();
          }
          await settled(page);
          const width = await page.evaluate(() => document.documentElement.scrollWidth);
          assert.ok(width <= 1280, `${name} is ${width} wide`);
          await assertAccessible(page, name);
          // Contrast is what a theme decides, whatever the language.
          const theme = page.locator('header').getByRole('button', { name: /^(Switch to|切换)/ });
          await theme.click();
          await assertAccessible(page, `${name}, other theme`, ['color-contrast']);
          await theme.click();
          await page.screenshot({ path: `${pictures}${i}-${colorScheme}-${locale}.png`, fullPage: true });
        }
      }),
    );
  }

  browserTest('it begins with a sentence and an answer, and follows what is typed', () =>
    visit({}, async (page) => {
      const text = page.getByRole('textbox', { name: 'Text' });
      assert.equal(await text.inputValue(), 'Anna met Tom in the park. Anna met');
      await page.getByRole('button', { name: '“Tom”', exact: true }).waitFor();
      await text.fill('Tom met Anna in the park. Tom met');
      await page.getByRole('button', { name: '“Anna”', exact: true }).waitFor();
      await text.fill('');
      await page.getByText('see what the model makes of it').waitFor();
      await page.getByRole('button', { name: 'Undo' }).click();
      await page.getByRole('button', { name: '“Tom”', exact: true }).waitFor();
    }),
  );

  browserTest('one selection goes through all panels, the address and undo', () =>
    visit({}, async (page) => {
      await page.getByRole('tab', { name: 'Attention' }).click();
      await page.getByRole('application').first().focus();
      for (const key of ['ArrowDown', 'ArrowDown', 'ArrowRight', 'Enter']) await page.keyboard.press(key);
      await page.locator('.tokens button').nth(2).click();
      await page.getByText('“Tom” looks at').waitFor();
      await page.waitForFunction(() => location.hash.includes('tokens=2'));
      assert.match(page.url(), /layer=2&head=1/);
      assert.doesNotMatch(page.url(), new RegExp(server().token));
      await page.reload();
      await page.getByText('“Tom” looks at').waitFor();
      await page.getByRole('heading', { name: 'Layer 2, head 1' }).waitFor();
      await page.getByRole('button', { name: 'Test this head' }).click();
      await page.getByRole('heading', { name: 'head 2.1 to zero' }).waitFor();
      await page.getByRole('button', { name: 'Undo' }).click();
      await page.getByRole('heading', { name: 'Layer 2, head 1' }).waitFor();
    }),
  );

  browserTest('another question, another model', () =>
    visit({}, async (page) => {
      await page.getByLabel('rather than').selectOption({ label: '“John”' });
      await page.getByText('“Tom” rather than “John”').first().waitFor();
      await page.getByRole('combobox', { name: /^Model/ }).selectOption('pellucid-bert');
      await page.getByRole('button', { name: '+ [MASK]' }).click();
      await page.locator('.findings').waitFor();
      assert.match(await page.getByRole('textbox', { name: 'Text' }).inputValue(), /\[MASK\]\.$/);
    }),
  );

  browserTest('what is shown can be taken away', () =>
    visit({ view: '&panel=attribution&features=words' }, async (page) => {
      await card(page).waitFor();
      const save = (format: string) =>
        saved(page, () =>
          card(page)
            .getByRole('button', { name: new RegExp(`^Save as ${format}`) })
            .click(),
        );
      const read = readExplanation(String(await save('JSON')), 'saved.json');
      assert.equal(read.method, 'occlusion');
      assert.match(String(await save('SVG')), /^<svg /);
      assert.deepEqual([...(await save('PNG')).subarray(1, 4)], [...Buffer.from('PNG')]);
      await page.getByText('Reproduce').click();
      await page.getByText("pellucid explain 'Anna met Tom").waitFor();
    }),
  );

  browserTest('everything is reached by keys', () =>
    visit({}, async (page) => {
      await page.locator('.findings').waitFor();
      await page.keyboard.press('Tab');
      await page.keyboard.press('Enter');
      await page.keyboard.press('ArrowRight');
      await page.getByRole('heading', { name: 'Layer 0, head 0' }).waitFor();
      await page.getByRole('application').first().focus();
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('ArrowRight');
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { name: 'Layer 1, head 1' }).waitFor();
      await page.getByRole('button', { name: 'Test this head' }).focus();
      await page.keyboard.press('Enter');
      await page.locator('.dots').waitFor();
      const outline = await page.evaluate(() => {
        document.querySelector<HTMLElement>('.parts button')!.focus();
        return getComputedStyle(document.activeElement!).outlineStyle;
      });
      assert.equal(outline, 'solid');
    }),
  );

  browserTest('a long question is cancelled, and a phone has room for all', () =>
    visit({ viewport: { width: 390, height: 800 } }, async (page) => {
      await page.locator('.findings').waitFor();
      for (const name of ['Attention', 'Attribution', 'Lens', 'Test']) {
        await page.getByRole('tab', { name }).click();
        await settled(page);
        const width = await page.evaluate(() => document.documentElement.scrollWidth);
        assert.ok(width <= 390, `${name} is ${width} wide`);
      }
      const text = 'Anna met Tom in the park. '.repeat(8);
      await page.getByRole('tab', { name: 'Overview' }).click();
      await page.getByRole('textbox', { name: 'Text' }).fill(text);
      // Until the new text is read it is the question about the old one that could be cancelled.
      await page.getByText(/\b\d{2} tokens\b/).waitFor();
      await page.getByRole('button', { name: 'Cancel' }).first().click();
      await page.getByText('Cancelled.').waitFor();
      await page.getByRole('button', { name: 'Try again' }).click();
      await page.getByText('Cancelled.').waitFor({ state: 'detached' });
    }),
  );

  browserTest('closing the page cancels what it asked for', async () => {
    const { address, token } = server();
    const text = 'Anna met Tom in the park. '.repeat(12).trim();
    const methods = 'shapley-sampling,kernel-shap,lime';
    const view = `&panel=attribution&verdict=full&methods=${methods}&text=${encodeURIComponent(text)}`;
    const page = await browser().newPage({ locale: 'en-US' });
    await page.goto(`${address}#key=${token}${view}`);
    const compute = page.getByRole('button', { name: 'Compute' });
    const begun = page.getByText(/\d+ of \d+ passes/);
    await compute.or(begun).first().waitFor();
    if (await compute.isVisible()) await compute.click();
    await begun.waitFor();
    await page.close();
    // What one model is asked is answered in turn: all of that would take minutes.
    const signal = AbortSignal.timeout(25_000);
    const { tokens } = await httpClient({ address, token }).ask(
      'run',
      { model: 'pellucid-gpt2', input: { text: 'Anna met' } },
      { signal },
    );
    assert.equal(tokens.length, 2);
  });

  browserTest('without the token the page says what to do', async () => {
    const page = await browser().newPage({ locale: 'en-US' });
    await page.goto(server().address);
    await page.getByText('open the address that the terminal shows').waitFor();
    await page.close();
  });
});
