import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { ModelHost } from '../../src/api/index.js';
import { modelSource } from '../../src/cli/model-source.js';
import { inProcessClient } from '../../src/client/index.js';
import { loadModel } from '../../src/load-model.js';
import { HubServer } from '../checkpoint/hub-server.js';
import { fixturesFolder } from '../model/golden.js';

const checkpoint = fileURLToPath(new URL('checkpoints/gpt2-default', fixturesFolder));

suite('models that a person adds to the studio', () => {
  const hub = new HubServer();
  const cache = mkdtempSync(join(tmpdir(), 'pellucid-cache-'));
  const environment = { ...process.env };
  before(async () => {
    await hub.start();
    const names = ['config.json', 'model.safetensors', 'tokenizer.json', 'tokenizer_config.json'];
    const files = Object.fromEntries(names.map((name) => [name, readFileSync(join(checkpoint, name))]));
    hub.repositories.set('org/tiny', { commit: 'a'.repeat(40), files });
    Object.assign(process.env, { HF_ENDPOINT: hub.endpoint, HF_HUB_CACHE: cache });
  });
  after(async () => {
    process.env = environment;
    rmSync(cache, { recursive: true });
    await hub.close();
  });

  async function studio(offline = false) {
    const source = await modelSource([], { load: (name) => loadModel(name), offline });
    return inProcessClient(new ModelHost({ ...source, first: 'pellucid-gpt2' }));
  }

  test('a model of the Hub is downloaded once, with progress, and is then in the cache', async () => {
    const client = await studio();
    const { adds, hub: address } = await client.ask('about', {});
    assert.deepEqual([adds, address], [['hub', 'folder'], hub.endpoint]);
    const told: number[] = [];
    const onProgress = ({ done, total }: { done: number; total: number }) => told.push(done / total);
    const added = await client.ask('add', { from: 'hub', name: 'org/tiny' }, { onProgress });
    assert.deepEqual(added, { name: 'org/tiny', title: 'org/tiny', modelType: 'gpt2', from: 'cache' });
    assert.equal(told.at(-1), 1);
    assert.equal((await client.ask('open', { model: 'org/tiny' })).architecture, 'gpt2');
    const later = await (await studio(true)).ask('about', {});
    assert.ok(later.models.some(({ name }) => name === 'org/tiny'));
  });

  test('offline nothing is asked of the Hub', async () => {
    hub.forget();
    const client = await studio(true);
    const { adds, hub: address } = await client.ask('about', {});
    assert.deepEqual([adds, address], [['folder'], null]);
    await assert.rejects(client.ask('add', { from: 'hub', name: 'org/other' }), { code: 'unsupported' });
    assert.equal(hub.requests.length, 0);
  });

  test('paths are no models of the Hub', async () => {
    const client = await studio();
    for (const name of [checkpoint, '../x', '/etc', 'C:\\x'])
      await assert.rejects(client.ask('add', { from: 'hub', name }), { code: 'bad-input' }, name);
  });

  test('a folder that the person names is opened, and none beside it', async () => {
    const client = await studio();
    await assert.rejects(client.ask('open', { model: checkpoint }), { code: 'not-found' });
    const added = await client.ask('add', { from: 'folder', name: checkpoint });
    assert.deepEqual([added.name, added.from], [checkpoint, 'named']);
    assert.equal((await client.ask('open', { model: checkpoint })).architecture, 'gpt2');
    await assert.rejects(client.ask('open', { model: join(checkpoint, '../bert-default') }), {
      code: 'not-found',
    });
    await assert.rejects(client.ask('add', { from: 'folder', name: 'fixtures' }), { code: 'bad-input' });
  });

  test('nobody learns what else lies on the disk', async () => {
    const client = await studio();
    const folder = mkdtempSync(join(tmpdir(), 'pellucid-private-'));
    writeFileSync(join(folder, 'secret.txt'), 'secret');
    mkdirSync(join(folder, 'empty'));
    const said = async (name: string) =>
      client.ask('add', { from: 'folder', name }).then(
        () => 'opened',
        (error: Error) => error.message.replace(name, '…'),
      );
    const sentences = await Promise.all(
      ['', 'secret.txt', 'empty', 'missing', 'secret.txt/x'].map((name) => said(join(folder, name))),
    );
    assert.equal(new Set(sentences).size, 1, sentences.join('\n'));
    rmSync(folder, { recursive: true });
  });
});
