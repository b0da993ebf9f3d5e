import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, suite } from 'node:test';
import { fileURLToPath } from 'node:url';
import { readExplanation } from '../../src/explanations/index.js';
import { loadModel } from '../../src/load-model.js';
import { FixtureCopies } from '../model/fixture-copy.js';
import { makeSentenceEncoder } from '../model/sentence-encoder.js';
import { bundledSource } from '../server/server.js';
import { pictures, saved, settled, studioSite } from './studio-site.js';

const root = new URL('../../../', import.meta.url);
const gpt2 = fileURLToPath(new URL('models/pellucid-gpt2', root));
const fixture = (name: string) => fileURLToPath(new URL(`fixtures/checkpoints/${name}`, root));

/** A bundled model with a chat template. */
function conversation(): string {
  const folder = join(mkdtempSync(join(tmpdir(), 'pellucid-studio-')), 'conversation');
  cpSync(gpt2, folder, { recursive: true });
  const template = '{% for message in messages %}{{ message.content }} {% endfor %}';
  writeFileSync(join(folder, 'chat_template.jinja'), template);
  return folder;
}

suite('the panels of the studio', () => {
  const copies = new FixtureCopies();
  const folders = new Map([['conversation', conversation()]]);
  before(async () => {
    folders.set('reader', fixture('bert-question-answering'));
    folders.set('encoder', await makeSentenceEncoder(copies));
  });
  after(async () => {
    rmSync(join(folders.get('conversation')!, '..'), { recursive: true });
    await copies.remove();
  });
  const { browserTest, visit } = studioSite({
    list: async () => [
      ...(await bundledSource.list()),
      ...[...folders.keys()].map((name) => ({ name, title: name, modelType: '', from: 'named' as const })),
    ],
    load: (name) => loadModel(folders.get(name) ?? name),
  });

  browserTest('overview: each finding has a verdict in plain words, and leads to its panel', () =>
    visit({}, async (page) => {
      const findings = page.locator('.findings > li');
      await settled(page);
      assert.equal(await findings.count(), 3);
      assert.equal(await findings.locator('.badge').count(), 3);
      const [head] = await findings.nth(1).locator('.finding').allInnerTexts();
      const [, layer, number] = /head (\d+)\.(\d+)/.exec(head!)!;
      await findings.nth(1).getByRole('button', { name: 'Look' }).click();
      await page.getByRole('heading', { name: `Layer ${layer}, head ${number}` }).waitFor();
    }),
  );

  browserTest('overview in Chinese: reasons too, and not a sentence of English', () =>
    visit({ locale: 'zh-CN' }, async (page) => {
      await settled(page);
      await page
        .getByText(/去掉它后目标值下降/)
        .first()
        .waitFor();
      const text = (await page.locator('.findings .reason').allInnerTexts()).join(' ');
      assert.doesNotMatch(text, /[A-Za-z]{3,}/);
    }),
  );

  browserTest('question: a text is one answer, or several pieces', () =>
    visit({}, async (page) => {
      await settled(page);
      const why = page.getByRole('combobox', { name: 'Why', exact: true });
      await why.selectOption('another');
      const typed = page.getByRole('textbox', { name: 'Type an answer' });
      await typed.fill('Tom met');
      await page.getByText('That is 2 tokens to this model').waitFor();
      await typed.fill('park');
      await page.getByRole('button', { name: 'Take “park”' }).waitFor();
      await typed.press('Enter');
      await page.getByText(/for “park”|against “park”/).waitFor();
      await page.waitForFunction(() => /target=logit%3A%23\d+/.test(location.hash));
      await page.reload();
      await page.getByText(/for “park”|against “park”/).waitFor();
      assert.equal(await why.locator('option:checked').innerText(), '“park”');
    }),
  );

  browserTest('question: asked at another place, the answers there are offered', () =>
    visit({}, async (page) => {
      await settled(page);
      await page.getByRole('combobox', { name: 'at', exact: true }).selectOption('3');
      await page.getByRole('heading', { name: 'Predictions at 3' }).waitFor();
      await page.getByText(/speaks most (for|against) “the”/).waitFor();
    }),
  );

  browserTest('question: an answer in the text is asked about where it begins, and where it ends', () =>
    visit({ view: '&model=reader&text=Where+is+it%3F&pair=the+dog+sat' }, async (page) => {
      await settled(page);
      await page.locator('.predictions button').nth(1).click();
      await page.waitForFunction(() => /target=span-start%3A%23\d+/.test(location.hash));
      await settled(page);
      await page.getByRole('combobox', { name: 'Which end' }).selectOption({ label: 'where it ends' });
      await page.waitForFunction(() => /target=span-end%3A%23\d+/.test(location.hash));
      await settled(page);
      assert.equal(await page.locator('.failure').count(), 0);
      assert.equal((await page.locator('.finding').count()) > 0, true);
    }),
  );

  browserTest('question: a sentence encoder is asked why two texts are near', () =>
    visit({ view: '&model=encoder&text=the+dog+sat' }, async (page) => {
      await page.getByRole('textbox', { name: 'Why is it near to' }).fill('Where is it?');
      await page.locator('.findings .badge').nth(2).waitFor();
      await settled(page);
      await page.getByRole('tab', { name: 'Test' }).click();
      await page.getByRole('button', { name: 'head 0.0 to zero' }).click();
      await page.locator('.dots').waitFor();
    }),
  );

  browserTest('question: a place that the text does not have leads back to the usual one', () =>
    visit({ view: '&text=Anna+met+Tom.&position=99', refused: /status of 4\d\d/ }, async (page) => {
      await page.getByRole('button', { name: 'Ask where the model answers' }).click();
      await page.locator('.predictions').waitFor();
      assert.equal(await page.locator('.failure').count(), 0);
    }),
  );

  browserTest('question: a token that the model wrote is asked about, and undone', () =>
    visit({}, async (page) => {
      await page.getByRole('button', { name: 'Let it go on' }).click();
      await page.getByRole('button', { name: /^Ask why token 3/ }).click();
      await page.getByText('11 tokens').waitFor();
      await settled(page);
      await page.waitForFunction(() => /written=\d+%2C\d+/.test(location.hash));
      await page.reload();
      await page.getByText('11 tokens').waitFor();
      await page.getByRole('button', { name: 'Back to the input' }).click();
      await page.getByText('9 tokens').waitFor();
    }),
  );

  browserTest('a chat: turns are added, and read', () =>
    visit({ view: '&model=conversation&text=Anna met Tom in the park.' }, async (page) => {
      await page.getByRole('button', { name: 'Chat' }).click();
      await page.getByRole('textbox', { name: 'Turn 1' }).waitFor();
      await page.getByRole('button', { name: '+ Turn' }).click();
      await page.getByRole('textbox', { name: 'Turn 2' }).fill('Anna met');
      await page.getByLabel('Role of turn 2').selectOption('assistant');
      await page
        .locator('.tokens')
        .getByRole('button', { name: /: met$/ })
        .nth(1)
        .waitFor();
      await settled(page);
      await page.screenshot({ path: `${pictures}chat.png`, fullPage: true });
      await page.waitForFunction(() => location.hash.includes('chat='));
      await page.reload();
      await page
        .locator('.tokens')
        .getByRole('button', { name: /: met$/ })
        .nth(1)
        .waitFor();
      assert.equal(await page.getByRole('textbox', { name: 'Turn 2' }).inputValue(), 'Anna met');
    }),
  );

  browserTest('attribution: a full test draws the curves with the band of random rankings', () =>
    visit({ view: '&panel=attribution&features=words&methods=occlusion,saliency' }, async (page) => {
      await page.getByRole('button', { name: 'Test fully' }).click();
      const curves = page.getByRole('img', { name: 'Faithfulness curves' });
      const compute = page.getByRole('button', { name: 'Compute' });
      // On a slow machine that is long enough to be asked about.
      await curves.or(compute).first().waitFor();
      if (await compute.isVisible()) await compute.click();
      await curves.waitFor();
      await settled(page);
      await page.screenshot({ path: `${pictures}curves.png`, fullPage: true });
    }),
  );

  browserTest('attribution in Chinese: methods, metrics and failures', () =>
    visit(
      { locale: 'zh-CN', view: '&panel=attribution&target=logit%3Aqqqqzz', refused: /status of 4\d\d/ },
      async (page) => {
        await page
          .getByText(/详情（英文）/)
          .first()
          .waitFor();
        await page.goto(page.url().replace(/&target=[^&]*/, '&methods=occlusion,saliency'));
        await page.getByRole('heading', { name: '遮挡' }).waitFor();
        await page.getByRole('heading', { name: '显著性' }).waitFor();
      },
    ),
  );

  browserTest('attribution: what would take long says so, and waits', () =>
    visit({}, async (page) => {
      const cost = { passes: 5000, seconds: 61.5, methods: [], verdict: { passes: 0, seconds: 0 } };
      await page.route('**/api/cost', (route) =>
        route.fulfill({
          body: `${JSON.stringify({ result: cost })}\n`,
          contentType: 'application/x-ndjson',
        }),
      );
      await page.getByRole('tab', { name: 'Attribution' }).click();
      await page.getByText('5,000 passes of the model at most, about 62 s.').waitFor();
      await settled(page);
      assert.equal(await page.locator('.card').count(), 0);
      await page.getByRole('button', { name: 'Compute' }).click();
      await page.locator('.card').nth(2).waitFor();
      assert.equal(await page.getByRole('button', { name: 'Compute' }).count(), 0);
    }),
  );

  browserTest('lens: a cell is followed by its rank, and contributions lead to a test', () =>
    visit({ view: '&panel=lens' }, async (page) => {
      await page.getByRole('button', { name: /^layer 2, position 8/ }).click();
      await page.waitForFunction(() => /followed=\d+/.test(location.hash));
      await page.locator('.key li').nth(1).waitFor();
      await page.getByRole('combobox', { name: 'by', exact: true }).selectOption('head');
      await page.getByRole('button', { name: 'layer 3, head 1', exact: true }).click();
      await page.getByRole('button', { name: 'head 3.1 to zero' }).waitFor();
      await page.getByRole('tab', { name: 'Lens' }).click();
      await settled(page);
      const file = await saved(page, () => page.getByRole('button', { name: 'Save as JSON: lens' }).click());
      assert.equal(readExplanation(String(file), 'lens.json').kind, 'lens');
    }),
  );

  browserTest('test: receipts are kept, run again, saved and removed', () =>
    visit({ view: '&panel=test' }, async (page) => {
      await page.locator('.tokens button').nth(2).click();
      await page.getByRole('button', { name: 'take away' }).click();
      const first = page.locator('.card').first();
      await first.getByRole('heading', { name: 'token “Tom”' }).waitFor();
      await first.getByText(/than the same for/).waitFor();
      const change = await first.locator('.effect strong').innerText();
      await page.reload();
      assert.equal(await first.locator('.effect strong').innerText(), change);
      await first.getByRole('button', { name: 'Run again' }).click();
      await settled(page);
      assert.equal(await first.locator('.effect strong').innerText(), change);
      const file = await saved(page, () => page.getByRole('button', { name: 'Save all as JSON' }).click());
      const [receipt] = JSON.parse(String(file)) as { request: object; result: { change: number } }[];
      assert.match(change.replace('−', '-'), new RegExp(`^${receipt!.result.change.toFixed(2)}`));
      await first.getByRole('button', { name: 'Remove', exact: true }).click();
      await page.getByText('No tests yet').waitFor();
      await page.getByRole('button', { name: 'attention of head 0.0 frozen' }).click();
      await first.getByRole('heading', { name: 'token “Tom”, attention of head 0.0 frozen' }).waitFor();
      await page.getByRole('button', { name: 'head 0.0 attention even' }).click();
      await page.locator('.dots').nth(1).waitFor();
    }),
  );
});
