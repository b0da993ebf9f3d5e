import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import type { Attention } from '../../src/explanations/index.js';
import type { ViewOptions } from '../../src/figures/index.js';
import { crossAttention, exampleAttention, hello, story } from '../figures/example.js';
import { launchChromium } from './chromium.js';
import { openSite, type Site } from './site.js';
import type { ViewName, ViewsPage } from './views-page.js';

declare const views: ViewsPage;

const attention = exampleAttention(hello, { layers: 3, heads: 4 });
const long = exampleAttention(story, { layers: 2, heads: 2, causal: true });

/** A weight as the views write it. */
function shown(of: Attention, layer: number, head: number, row: number, column: number): string {
  const [, heads, rows, columns] = of.values.shape as [number, number, number, number];
  return of.values.data[((layer * heads + head) * rows + row) * columns + column]!.toFixed(3);
}

suite('views of attention in a browser', () => {
  let browser: Browser | null = null;
  let site: Site | null = null;
  // One for all tests, loaded anew by each: a page of its own costs a process each time.
  let page: Page;

  before(async () => {
    browser = await launchChromium();
    if (browser === null) return;
    site = await openSite(new URL('./views-page.js', import.meta.url));
    page = await browser.newPage({ viewport: { width: 1020, height: 740 } });
  });
  after(async () => {
    await browser?.close();
    await site?.close();
  });

  /** Shows a view, runs the steps, and holds that the page was quiet and asked for nothing more. */
  function viewTest(
    name: string,
    view: ViewName,
    given: { attention: Attention; options?: ViewOptions; packed?: boolean },
    steps: (page: Page) => Promise<void>,
  ): void {
    test(name, { timeout: 120_000 }, async (context) => {
      if (site === null) {
        context.skip('PELLUCID_SKIP_BROWSER=1 and no Chromium');
        return;
      }
      page.removeAllListeners();
      const complaints: string[] = [];
      // Off the picture, where the mouse of the test before may be.
      await page.mouse.move(1015, 735);
      page.on('console', (message) => complaints.push(message.text()));
      page.on('pageerror', (error) => complaints.push(error.message));
      await page.goto(site.address);
      const { values } = given.attention;
      const plain = { ...given.attention, values: { ...values, data: Array.from(values.data) } };
      const { options = {}, packed = false } = given;
      await page.evaluate(
        ([which, data, settings, small]) => views.show(which, data as unknown as Attention, settings, small),
        [view, plain, options, packed] as const,
      );
      page.on('request', (request) => complaints.push(`asked for ${request.url()}`));
      await steps(page);
      assert.deepEqual(complaints, []);
    });
  }

  /** Waits until something holds, which a picture that is drawn again soon makes true. */
  async function until(holds: () => Promise<boolean>): Promise<void> {
    while (!(await holds())) await page.evaluate(() => new Promise(requestAnimationFrame));
  }

  const readout = (page: Page) => page.locator('p[aria-live]').innerText();
  const picture = (page: Page) => page.getByRole('application');
  const focused = (page: Page) => page.evaluate(() => views.focused.at(-1));
  const selected = (page: Page) => page.evaluate(() => views.selected.at(-1));
  /** The colour of a point of the canvas, as `[red, green, blue]`. */
  const colorAt = (page: Page, left: number, top: number) =>
    page.evaluate(
      ([x, y]) => {
        const copy = document.createElement('canvas').getContext('2d', { willReadFrequently: true })!;
        copy.drawImage(document.querySelector('canvas')!, -x, -y);
        return [...copy.getImageData(0, 0, 1, 1).data].slice(0, 3);
      },
      [left, top] as const,
    );

  viewTest('model view: hovering a head tells its largest weight', 'model', { attention }, async (page) => {
    await picture(page).hover({ position: { x: 60, y: 60 } });
    const { layer, head } = (await focused(page))!;
    assert.deepEqual([layer, head], [0, 0]);
    const weights = [...attention.values.data.slice(0, 36)];
    assert.match(await readout(page), /^Layer 0, head 0: largest weight/);
    assert.ok((await readout(page)).includes(Math.max(...weights).toFixed(3)));
  });

  viewTest(
    'model view: thumbnails have the colours of their weights',
    'model',
    { attention },
    async (page) => {
      // The first cell of each row of the first thumbnail.
      const box = (await picture(page).boundingBox())!;
      const pitch = Math.min((box.width - 34) / 28, (box.height - 30) / 21);
      const shades: number[] = [];
      for (let row = 0; row < 6; row++) {
        const [red, green, blue] = await colorAt(page, 34 + pitch / 2, 30 + (row + 0.5) * pitch);
        shades.push(red! + green! + blue!);
      }
      const weights = shades.map((_, row) => attention.values.data[row * 6]!);
      const byShade = [...shades.keys()].sort((a, b) => shades[b]! - shades[a]!);
      const byWeight = [...shades.keys()].sort((a, b) => weights[a]! - weights[b]!);
      assert.equal(byShade[5], byWeight[5], 'the largest is the darkest');
      assert.equal(byShade[0], byWeight[0], 'the smallest is the lightest');
    },
  );

  viewTest(
    'model view: keys go from head to head and select',
    'model',
    { attention, packed: true },
    async (page) => {
      await picture(page).focus();
      for (const key of ['ArrowDown', 'ArrowDown', 'ArrowRight', 'Enter']) await page.keyboard.press(key);
      assert.deepEqual((await selected(page))!.heads, [{ layer: 1, head: 1 }]);
      for (const key of ['End', 'Shift+Enter']) await page.keyboard.press(key);
      assert.deepEqual((await selected(page))!.heads, [
        { layer: 1, head: 1 },
        { layer: 1, head: 3 },
      ]);
      assert.match(await readout(page), /^Layer 1, head 3/);
      await page.keyboard.press('Escape');
      assert.equal(await focused(page), null);
    },
  );

  viewTest('model view: clicks select and unselect, drags do not', 'model', { attention }, async (page) => {
    const target = picture(page);
    await target.click({ position: { x: 300, y: 60 } });
    const { heads } = (await selected(page))!;
    assert.equal(heads.length, 1);
    await target.click({ position: { x: 300, y: 60 } });
    assert.deepEqual((await selected(page))!.heads, []);
    const told = await page.evaluate(() => views.selected.length);
    await page.mouse.move(300, 100);
    await page.mouse.down();
    await page.mouse.move(200, 200, { steps: 4 });
    await page.mouse.up();
    assert.equal(await page.evaluate(() => views.selected.length), told);
  });

  viewTest(
    'model view: after zooming, all is shown again as before',
    'model',
    { attention: long },
    async (page) => {
      await picture(page).focus();
      const before = await colorAt(page, 500, 300);
      for (let i = 0; i < 8; i++) await page.keyboard.press('+');
      await page.getByRole('button', { name: 'Show all' }).click();
      await until(async () => String(await colorAt(page, 500, 300)) === String(before));
    },
  );

  viewTest(
    'model view: theme, sink and scale can change, and all goes away',
    'model',
    { attention },
    async (page) => {
      const ground = () =>
        page.evaluate(
          () => getComputedStyle(document.querySelector('p')!.parentElement!.parentElement!).backgroundColor,
        );
      assert.equal(await ground(), 'rgb(255, 255, 255)');
      const light = await colorAt(page, 60, 60);
      await page.evaluate(() =>
        views.update({ theme: 'dark', scale: 'log', sink: { sources: 'special', mode: 'hide' } }),
      );
      await until(async () => String(await colorAt(page, 60, 60)) !== String(light));
      assert.equal(await ground(), 'rgb(20, 23, 28)');
      await picture(page).hover({ position: { x: 60, y: 60 } });
      assert.match(await readout(page), /\d% of the attention is hidden/);
      assert.equal(await page.evaluate(() => views.destroy()), 0);
    },
  );

  const head = (layer: number, head: number) => ({
    heads: [{ layer, head }],
    destination: null,
    source: null,
  });

  viewTest(
    'matrix view: keys and hovering tell the weights of the data',
    'matrix',
    { attention, options: { selection: head(2, 1) } },
    async (page) => {
      await picture(page).focus();
      for (const key of ['ArrowDown', 'ArrowDown', 'ArrowRight']) await page.keyboard.press(key);
      assert.deepEqual(await focused(page), { layer: 2, head: 1, destination: 1, source: 1 });
      const value = shown(attention, 2, 1, 1, 1);
      assert.equal(await readout(page), `Layer 2, head 1 · “hello” attends to “hello”: ${value}`);
      await page.keyboard.press('End');
      assert.ok(
        (await readout(page)).endsWith(`“hello” attends to “[SEP]”: ${shown(attention, 2, 1, 1, 5)}`),
      );
      await page.keyboard.press('Enter');
      const { destination, source } = (await selected(page))!;
      assert.deepEqual([destination, source], [1, 5]);
      await picture(page).hover({ position: { x: 75, y: 75 } });
      const at = (await focused(page))!;
      assert.ok((await readout(page)).endsWith(`: ${shown(attention, 2, 1, at.destination!, at.source!)}`));
    },
  );

  viewTest('matrix view: several heads are put together', 'matrix', { attention }, async (page) => {
    const heads = [
      { layer: 0, head: 2 },
      { layer: 1, head: 3 },
    ];
    await page.evaluate(
      (chosen) => views.update({ selection: { heads: chosen, destination: 3, source: 4 } }),
      heads,
    );
    const [a, b] = [shown(attention, 0, 2, 3, 4), shown(attention, 1, 3, 3, 4)].map(Number);
    const told = /^mean of 2 heads · “world” attends to “!”: (0\.\d{3})$/.exec(await readout(page));
    assert.ok(Math.abs(Number(told?.[1]) - (a! + b!) / 2) <= 0.001);
  });

  viewTest(
    'matrix view: masked cells and left-out sources have no weight, the mask is named',
    'matrix',
    { attention: long, packed: true, options: { sink: { sources: 'first', mode: 'renormalise' } } },
    async (page) => {
      await picture(page).focus();
      for (const key of ['ArrowDown', 'ArrowDown']) await page.keyboard.press(key);
      assert.match(
        await readout(page),
        /“·cat” attends to “The”: left out · no token attends to a later one · [\d.]+%/,
      );
      await page.keyboard.press('End');
      assert.match(await readout(page), /“·cat” attends to “·down”: cannot attend/);
      await page.keyboard.press('PageDown');
      const last = story.length - 1;
      const expected = Number(shown(long, 0, 0, last, last)) / (1 - Number(shown(long, 0, 0, last, 0)));
      const told = Number(/“·down” attends to “·down”: (\d\.\d{3})/.exec(await readout(page))![1]);
      assert.ok(Math.abs(told - expected) < 0.003);
    },
  );

  viewTest(
    'matrix view: cross attention has its own rows',
    'matrix',
    { attention: crossAttention() },
    async (page) => {
      await picture(page).focus();
      for (const key of ['ArrowDown', 'PageDown', 'End']) await page.keyboard.press(key);
      assert.match(await readout(page), /“die” attends to “·sat”: 0\.\d{3}$/);
      await page.evaluate(() => views.update({ theme: 'dark' }));
      assert.equal(await page.evaluate(() => views.destroy()), 0);
    },
  );

  viewTest(
    'head view: hovering a token tells its weights, both ways',
    'head',
    { attention, options: { selection: head(1, 2) } },
    async (page) => {
      await page.getByTitle('world').first().hover();
      assert.deepEqual(await focused(page), { layer: 1, head: 2, destination: 3 });
      const weights = hello.map((text, column) => [Number(shown(attention, 1, 2, 3, column)), text] as const);
      const [most] = weights.toSorted((a, b) => b[0] - a[0]);
      assert.ok(
        (await readout(page)).startsWith(
          `Layer 1, head 2 · “world” attends most to “${most![1]}” ${most![0]}`,
        ),
      );
      await page.getByTitle('world').last().hover();
      assert.deepEqual(await focused(page), { layer: 1, head: 2, source: 3 });
      const back = hello.map((text, row) => [Number(shown(attention, 1, 2, row, 3)), text] as const);
      const [first] = back.toSorted((a, b) => b[0] - a[0]);
      assert.ok((await readout(page)).includes(`“world” is attended to most by “${first![1]}” ${first![0]}`));
    },
  );

  viewTest(
    'head view: heads are switched by their colour, layers picked',
    'head',
    { attention },
    async (page) => {
      const pressed = () => page.locator('[aria-pressed=true]').allTextContents();
      assert.deepEqual(await pressed(), ['0', '1', '2', '3']);
      await page.getByRole('button', { name: 'head 1' }).click();
      assert.deepEqual(await pressed(), ['0', '2', '3']);
      await page.getByRole('combobox').selectOption('2');
      assert.deepEqual((await selected(page))!.heads[3], { layer: 2, head: 3 });
      assert.match(await readout(page), /^Layer 2 · lines of at least 0\.\d+: covers (8\d|9\d|100)%$/);
      await page.evaluate(() =>
        views.update({ theme: 'dark', sink: { sources: 'special', mode: 'renormalise' } }),
      );
      assert.match(await readout(page), /covers \d+% · [\d.]+% of the attention is hidden$/);
      assert.equal(await page.evaluate(() => views.destroy()), 0);
    },
  );

  const sentences = {
    ...attention,
    tokens: attention.tokens.map((each, i) => ({ ...each, segment: i > 2 ? 1 : 0 }) as const),
  };
  viewTest(
    'head view: the sentences of a pair are told apart',
    'head',
    { attention: sentences },
    async (page) => {
      await page.getByLabel('Sentences').selectOption('ab');
      await picture(page).focus();
      for (const key of ['ArrowDown', 'ArrowDown']) await page.keyboard.press(key);
      assert.match(await readout(page), /“hello” attends most to “(world|!|\[SEP\])” [^,]*, “[^,]*, “[^,]*$/);
      await page.keyboard.press('End');
      assert.match(await readout(page), /“\[SEP\]” attends most to –/);
      await page.keyboard.press('Enter');
      assert.equal((await selected(page))!.destination, 5);
    },
  );

  const right = exampleAttention([' مرحبا', '<b>', ' שלום']);
  viewTest(
    'head view: tokens are text, isolated, and never markup',
    'head',
    { attention: right },
    async (page) => {
      assert.equal(await page.locator('bdi').count(), 6);
      assert.equal(await page.locator('bdi b').count(), 0);
      assert.equal(await page.locator('bdi').nth(1).textContent(), '<b>');
    },
  );
});
