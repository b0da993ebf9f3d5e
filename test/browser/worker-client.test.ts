import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { after, before, suite, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { siteFolder } from '../../scripts/site.js';
import { ModelHost } from '../../src/api/index.js';
import { type Client, inProcessClient } from '../../src/client/index.js';
import { PellucidError } from '../../src/errors.js';
import { assertSameAnswer, conversation, failures, input, model } from '../contract/client.js';
import { fixturesFolder } from '../model/golden.js';
import { bundledSource } from '../server/server.js';
import { launchChromium } from './chromium.js';
import type { ClientPage } from './client-page.js';
import { openSite, type Site } from './site.js';

declare const page: ClientPage;

const checkpoints = new URL('checkpoints/', fixturesFolder);

suite('models in a worker of a page', () => {
  let browser: Browser | null = null;
  let site: Site;
  let tab: Page;
  const origins = new Set<string>();

  before(async () => {
    browser = await launchChromium();
    if (browser === null) return;
    const built = pathToFileURL(`${siteFolder}/`);
    site = await openSite(new URL('./client-page.js', import.meta.url), { site: built, checkpoints });
    tab = await browser.newPage();
    tab.on('request', (request) => origins.add(new URL(request.url()).origin));
    await tab.goto(site.address);
    const script = readdirSync(new URL('assets/', built)).find((name) => /^model-worker.*\.js$/.test(name));
    await tab.evaluate((address) => page.start(address), `/site/assets/${script}?site=/site/`);
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

  let next = 0;
  /** The client of the page, as if it were here. */
  const client: Client = {
    async ask(name, request, { signal, onProgress } = {}) {
      const key = next++;
      signal?.addEventListener('abort', () => tab.evaluate((which) => page.cancel(which), key));
      const question = [key, name, request, signal?.aborted ?? false] as const;
      const outcome = await tab.evaluate(([k, n, r, gone]) => page.ask(k, n, r, gone), question);
      if ('code' in outcome) throw new PellucidError(outcome.code as never, outcome.message);
      for (const done of outcome.told) onProgress?.({ done, total: done });
      return outcome.result as never;
    },
  };

  browserTest('give the same answers as in this process', async () => {
    const host = new ModelHost(bundledSource);
    const near = await conversation(inProcessClient(host));
    await host.close();
    const { about, ...far } = await conversation(client);
    const { about: nearAbout, ...rest } = near;
    assertSameAnswer(far, rest, 1e-3);
    assert.deepEqual(about.methods, nearAbout.methods);
    const { attention } = far;
    const worst = attention.values.data.reduce(
      (most, value, i) => Math.max(most, Math.abs(value - near.attention.values.data[i]!)),
      0,
    );
    assert.ok(worst <= 1e-5, `attention differs by ${worst}`);
  });

  browserTest('fail in the same way', () => failures(client));

  browserTest('come back when the worker has died, which is told', async () => {
    const left = client.ask('compare', { model, input, methods: ['kernel-shap'] });
    const told = assert.rejects(left, {
      code: 'network',
      message: /stopped: Out of memory\. A new one starts with the next question: try again\.$/,
    });
    await tab.evaluate(() => page.crash('Out of memory.'));
    await told;
    // What was open before is open again.
    assert.equal((await client.ask('run', { model, input, top: 2 })).predictions[0]!.candidates.length, 2);
  });

  browserTest('are opened from files that the page was given', async () => {
    const folder = new URL('gpt2-sharded/', checkpoints);
    const added = await tab.evaluate(([where, names]) => page.addFiles('mine', where, names), [
      '/checkpoints/gpt2-sharded/',
      readdirSync(folder),
    ] as const);
    assert.deepEqual('result' in added && added.result, {
      ...{ name: 'mine', title: 'mine', modelType: 'gpt2', from: 'named' },
    });
    const { models } = await client.ask('about', {});
    assert.equal(models[0]!.name, 'mine');
    await client.ask('open', { model: 'mine' });
    assert.ok((await client.ask('run', { model: 'mine', input: { text: 'a b' } })).tokens.length > 0);
    const broken = await tab.evaluate(([where, names]) => page.addFiles('broken', where, names), [
      '/checkpoints/gpt2-sharded/',
      ['tokenizer.json'],
    ] as const);
    assert.match('message' in broken ? broken.message : '', /config\.json/);
  });

  browserTest('ask nothing of any other server', async () => {
    assert.deepEqual([...origins], [new URL(site.address).origin]);
  });
});
