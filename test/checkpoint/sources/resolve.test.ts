import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { after, before, test } from 'node:test';
import type { HubSettings } from '../../../src/checkpoint/sources/hub-settings.js';
import { openSource } from '../../../src/checkpoint/sources/resolve.js';

let folder: string;
let settings: HubSettings;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'resolve-'));
  await mkdir(join(folder, 'model'));
  await writeFile(join(folder, 'model', 'config.json'), '{}');
  settings = {
    endpoint: 'http://127.0.0.1:9',
    cacheFolder: join(folder, 'cache'),
    offline: true,
    links: true,
    idleTimeout: 1000,
    retryDelay: 1,
  };
});
after(() => rm(folder, { recursive: true }));

test('a folder is opened by its path, whether it looks like one or not', async () => {
  const path = join(folder, 'model');
  assert.deepEqual((await openSource(path)).names, ['config.json']);
  const plain = relative(process.cwd(), path);
  assert.equal((await openSource(plain)).id, plain);
});

test('what looks like a path is never asked of the Hub', async () => {
  for (const id of ['./none', '../none', '/none', '~/none-here', 'none\\here', 'C:\\none']) {
    await assert.rejects(openSource(id, { settings }), {
      code: 'not-found',
      message: /there is no folder .*none/,
    });
  }
  await assert.rejects(openSource('~/none-here', { settings }), (error: Error) =>
    error.message.includes(homedir()),
  );
  await assert.rejects(openSource(join(folder, 'model', 'config.json')), {
    code: 'bad-input',
    message: /is a file; give/,
  });
});

test('a name of a model goes to the Hub', async () => {
  await assert.rejects(openSource('org/model', { settings }), {
    code: 'network',
    message: /^org\/model .*in the cache/,
  });
  await assert.rejects(openSource('gpt2', { settings }), { code: 'network', message: /^gpt2 / });
});

test('what is none of them says what is accepted', async () => {
  await assert.rejects(openSource('a b', { settings }), {
    code: 'not-found',
    message: /there is no model "a b": give the path of a folder, a bundled model.* or a Hub id such as/,
  });
});

test('a bundled model is opened by its name, and found behind a typing error', async () => {
  const bundled = join(folder, 'bundled');
  await mkdir(join(bundled, 'pellucid-gpt2'), { recursive: true });
  await writeFile(join(bundled, 'pellucid-gpt2', 'model.safetensors'), '');
  assert.equal((await openSource('pellucid-gpt2', { settings }, bundled)).id, 'pellucid-gpt2');
  const hint = /did you mean the bundled pellucid-gpt2\?$/;
  await assert.rejects(openSource('Pelucid-GPT2', { settings }, bundled), { code: 'network', message: hint });
  await assert.rejects(openSource('pellucid gpt2', { settings }, bundled), {
    code: 'not-found',
    message: hint,
  });
  await assert.rejects(
    openSource('distilgpt2', { settings }, bundled),
    (error: Error) => !hint.test(error.message),
  );
  await assert.rejects(openSource('pellucid-gpt2', { revision: 'main', settings }, bundled), {
    code: 'bad-input',
  });
});

test('a revision of a folder is refused', async () => {
  await assert.rejects(openSource(join(folder, 'model'), { revision: 'main' }), {
    code: 'bad-input',
    message: /only a model on the Hub has revisions/,
  });
});
