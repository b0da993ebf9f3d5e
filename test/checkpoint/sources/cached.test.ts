import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { cachedModels } from '../../../src/checkpoint/sources/cached.js';
import { commit, config, files, HubFixture, weights } from './hub-fixture.js';

const hub = new HubFixture();
const { open } = hub;

test('the cache is listed, unreadable parts are passed over', async () => {
  await open();
  await open({ revision: 'refs/pr/1' });
  await mkdir(join(hub.cacheFolder, 'models--broken', 'snapshots', 'x'), { recursive: true });
  await mkdir(join(hub.cacheFolder, 'datasets--org--data'));
  const [only, ...rest] = await cachedModels(hub.settings);
  assert.equal(rest.length, 0);
  assert.deepEqual(only, {
    id: 'org/model',
    revisions: ['main', 'refs/pr/1'],
    commit,
    size:
      weights.length + config.length + files['tokenizer.json'].length + files['tokenizer_config.json'].length,
    modelType: 'gpt2',
  });
  assert.deepEqual(await cachedModels({ ...hub.settings, cacheFolder: join(hub.cacheFolder, 'none') }), []);
});
