import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { toWire } from '../../src/api/index.js';
import type { Attention } from '../../src/explanations/index.js';
import { patternAt, readPatterns } from '../../src/figures/views/patterns.js';
import { madeAttention } from '../views/made-attention.js';
import type { Report } from './report.js';

const program = fileURLToPath(new URL('../../src/cli/main.js', import.meta.url));

/** Times what a person waits for in the studio itself, in its own process and a browser without a cache. */
export async function timeStudio(browser: Browser, report: Report, rounds: number): Promise<void> {
  const [paint, answer, attention, ready]: number[][] = [[], [], [], []];
  for (let round = 0; round < rounds; round++) {
    const started = performance.now();
    const studio = await startStudio();
    ready!.push(performance.now() - started);
    const cold = await open(browser, studio.address);
    await cold.locator('.predictions tbody tr').first().waitFor();
    paint!.push(
      await cold.evaluate(() => performance.getEntriesByName('first-contentful-paint')[0]!.startTime),
    );
    answer!.push(await cold.evaluate(() => Number(Reflect.get(window, 'answeredAt'))));
    await cold.context().close();
    const heads = await open(browser, `${studio.address}&panel=attention`);
    await heads.waitForFunction(() => Reflect.get(window, 'drawnAt') !== undefined);
    attention!.push(await heads.evaluate(() => Number(Reflect.get(window, 'drawnAt'))));
    await heads.context().close();
    studio.close();
  }
  report('studio: from the command to its address', ready!, 'ms', '–');
  report('studio: first paint on a bundled model, cold', paint!, 'ms', '< 1500 ms');
  report('studio: first predictions, cold', answer!, 'ms', '–');
  report('studio: page to first attention, cold', attention!, 'ms', '–');

  const studio = await startStudio();
  const page = await open(browser, studio.address);
  await page.locator('.predictions tbody tr').first().waitFor();
  await page.locator('.findings').waitFor();
  report('studio: first result after a keystroke', await typed(page, 4 * rounds), 'ms', '< 150 ms');
  for (const causal of [true, false]) {
    const bytes = await savedSize(page, causal);
    const kind = causal ? 'causal' : 'every cell filled';
    report(`page saved as one file, 12 × 12 heads, 128 tokens, ${kind}`, [bytes / 1e6], 'MB', '< 5 MB');
  }
  await page.context().close();
  studio.close();
}

async function startStudio(): Promise<{ readonly address: string; close(): void }> {
  const child = spawn(process.execPath, [program, 'studio', '--quiet', '--no-open', '--offline'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [address] = (await once(createInterface(child.stdout), 'line')) as [string];
  return { address, close: () => child.kill() };
}

/** Opens an address in a context of its own, in which the page notes when things are drawn. */
async function open(browser: Browser, address: string): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: 'en-US' });
  const page = await context.newPage();
  await page.addInitScript(() => {
    const note = (name: string) => {
      if (Reflect.get(window, name) === undefined) Reflect.set(window, name, performance.now());
    };
    const look = () => {
      if (document.querySelector('.predictions tbody tr')) note('answeredAt');
      if (document.querySelector('[role=tabpanel][data-state=active] canvas'))
        requestAnimationFrame(() => note('drawnAt'));
    };
    new MutationObserver(look).observe(document, { childList: true, subtree: true });
  });
  await page.goto(address);
  return page;
}

/** Milliseconds from a key that changes the text until what the model makes of it is on the screen. */
async function typed(page: Page, times: number): Promise<number[]> {
  await page.evaluate(() => {
    const taken: number[] = [];
    Reflect.set(window, 'taken', taken);
    let pressed: number | undefined;
    document.addEventListener(
      'input',
      () => {
        pressed = performance.now();
      },
      true,
    );
    new MutationObserver(() => {
      if (pressed === undefined) return;
      const from = pressed;
      pressed = undefined;
      requestAnimationFrame(() => taken.push(performance.now() - from));
    }).observe(document.querySelector('.tokens')!, { childList: true, subtree: true, characterData: true });
  });
  const text = page.getByRole('textbox', { name: 'Text' });
  await text.press('End');
  for (let i = 0; i < times; i++) {
    await text.press(i % 2 === 0 ? 's' : 'Backspace');
    await page.waitForFunction((count) => (Reflect.get(window, 'taken') as number[]).length > count, i);
    await page.waitForFunction(() => document.querySelectorAll('[aria-busy=true]').length === 0);
  }
  return page.evaluate(() => Reflect.get(window, 'taken') as number[]);
}

/** Bytes of the page saved with made attention of 12 layers of 12 heads over 128 tokens, which the server is made to answer. */
async function savedSize(page: Page, causal: boolean): Promise<number> {
  const body = `${toWire({ result: fullAttention(causal) })}\n`;
  await page.route('**/api/attention', (route) =>
    route.fulfill({ body, contentType: 'application/x-ndjson' }),
  );
  // Another text, so that it is asked anew.
  await page
    .getByRole('textbox', { name: 'Text' })
    .fill(causal ? 'Anna met Tom. Anna met' : 'Tom met Anna. Tom met');
  await page.getByRole('tab', { name: 'Attention', exact: true }).click();
  await page.waitForTimeout(500);
  await page.waitForFunction(() => document.querySelectorAll('[aria-busy=true], .skeleton').length === 0);
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: /^Save page/ }).click(),
  ]);
  const { statSync } = await import('node:fs');
  const { size } = statSync(await download.path());
  await page.unroute('**/api/attention');
  await page.getByRole('tab', { name: 'Overview', exact: true }).click();
  return size;
}

function fullAttention(causal: boolean): Attention {
  const made = madeAttention(12, 12, 128);
  const patterns = readPatterns(made);
  const data = new Float32Array(144 * 128 * 128);
  for (let index = 0; index < 144; index++) {
    const pattern = patternAt(patterns, index);
    data.set(pattern, index * 128 * 128);
    if (causal) continue;
    // The other half: the same cells mirrored.
    for (let row = 0; row < 128; row++)
      for (let column = row + 1; column < 128; column++)
        data[index * 128 * 128 + row * 128 + column] = pattern[column * 128 + row]!;
  }
  return {
    ...{ schemaVersion: 1, kind: 'attention', method: 'attention', options: { layer: null, head: null } },
    subject: { model: 'made', architecture: 'gpt2', contentHash: '0', text: null, pair: null },
    tokens: made.tokens,
    values: {
      dtype: 'F32',
      shape: [12, 12, 128, 128],
      data,
      axes: ['layer', 'head', 'destination', 'source'],
    },
  };
}
