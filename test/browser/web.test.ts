import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { after, before, suite, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { heatmap } from '../../src/figures/index.js';
import { loadModel } from '../../src/load-model.js';
import { tensor } from '../../src/tensor/index.js';
import type { WebLoadOptions } from '../../src/web.js';
import { assertAllClose } from '../allclose.js';
import { fixturesFolder } from '../model/golden.js';
import { backendTolerances } from '../tolerances.js';
import { launchChromium } from './chromium.js';
import { openSite, type Site } from './site.js';
import type { Seen, WebPage } from './web-page.js';

declare const page: WebPage;

const models = new URL('../models/', fixturesFolder);
const checkpoints = new URL('checkpoints/', fixturesFolder);
const text = 'Anna has a red ball.';

suite('a model in a browser', () => {
  let browser: Browser | null = null;
  let site: Site;
  let tab: Page;
  const addresses = new Set<string>();

  before(async () => {
    browser = await launchChromium('--enable-unsafe-webgpu');
    if (browser === null) return;
    site = await openSite(new URL('./web-page.js', import.meta.url), { models, checkpoints });
    tab = await browser.newPage();
    tab.on('request', (request) => addresses.add(new URL(request.url()).origin));
    await tab.goto(site.address);
  });
  after(async () => {
    await browser?.close();
    await site?.close();
  });

  const browserTest = (name: string, body: () => Promise<void>) =>
    test(name, async (context) => {
      if (browser === null) context.skip('PELLUCID_SKIP_BROWSER=1 and no Chromium');
      else await body();
    });

  const see = (address: string, options: WebLoadOptions) =>
    tab.evaluate(([where, what, how]) => page.see(where, what, how), [address, text, options] as const);

  /** Holds what a page saw against the same model in Node. */
  async function assertAsInNode(seen: Seen, folder: URL, tolerance: number): Promise<void> {
    await using model = await loadModel(fileURLToPath(folder));
    const run = await model.run(text);
    const { values } = run.attention();
    assert.deepEqual(
      seen.tokens,
      run.tokens.map((token) => token.text),
    );
    assertAllClose(tensor('F32', seen.shape, seen.attention), values, tolerance, 'attention');
    const [predicted] = run.predictions(3);
    assert.deepEqual(
      seen.predicted,
      predicted!.candidates.map((candidate) => candidate.text),
    );
    assert.equal(seen.contentHash, run.subject.contentHash);
    // The numbers in it have three digits.
    assert.equal(seen.svg.length, heatmap(run.attention({ layer: 0, head: 0 })).svg.length);
  }

  for (const name of ['pellucid-bert', 'pellucid-gpt2']) {
    browserTest(`${name} over HTTP, in WebAssembly with threads`, async () => {
      const seen = await see(`/models/${name}`, {});
      await assertAsInNode(seen, new URL(`${name}/`, models), backendTolerances.processor);
    });
  }

  browserTest('a text goes on as in Node', async () => {
    const there = await tab.evaluate(([where, what]) => page.generate(where, what), [
      '/models/pellucid-gpt2/',
      text,
    ] as const);
    await using model = await loadModel(fileURLToPath(new URL('pellucid-gpt2/', models)));
    assert.equal(there, (await model.generate(text, { maxNewTokens: 12 })).text);
  });

  browserTest('shards over HTTP, on a graphics device', async () => {
    const seen = await see('/checkpoints/gpt2-sharded/', { backend: 'webgpu' });
    await assertAsInNode(seen, new URL('gpt2-sharded/', checkpoints), backendTolerances.webgpu);
  });

  browserTest('half precision from files that the page was given', async () => {
    const folder = new URL('bert-f16/', checkpoints);
    const seen = await tab.evaluate(([where, names, what]) => page.seeBlobs(where, names, what), [
      '/checkpoints/bert-f16/',
      readdirSync(folder),
      text,
    ] as const);
    await assertAsInNode(seen, folder, backendTolerances.processor);
  });

  browserTest('what cannot be opened is told in one sentence', async () => {
    const failure = (address: string, options: WebLoadOptions = {}) =>
      tab.evaluate(([where, how]) => page.failure(where, how), [address, options] as const);
    assert.match(await failure('/models/nothing/'), /^PellucidError: .*nothing\/ is not a checkpoint/);
    assert.match(await failure('ftp://example.org/'), /^PellucidError: "ftp:.*" is no address/);
    const threads = await failure('/models/pellucid-gpt2/', { threads: 0 });
    assert.match(threads, /^PellucidError: 0 is no number of threads/);
    const lost = await failure('/models/pellucid-gpt2/', { names: ['config.json', 'model.safetensors'] });
    assert.equal(lost, 'it was opened');
  });

  browserTest('nothing is asked of any other server', async () => {
    assert.deepEqual([...addresses], [new URL(site.address).origin]);
  });
});
