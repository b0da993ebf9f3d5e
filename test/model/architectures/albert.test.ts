import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { FixtureCopies } from '../fixture-copy.js';
import { openFixture, openFolderModel } from '../open-fixture.js';
import { testEncoder } from './encoder.js';

testEncoder(['albert-default', 'albert-unusual']);

const copies = new FixtureCopies();
after(() => copies.remove());

test('blocks are counted as they run', async () => {
  const model = await openFixture('albert-unusual'); // 3 runs of groups of 2 layers
  assert.equal(model.dimensions.layers, 6);
  assert.ok(model.hooks.includes('blocks.5.hook_resid_post'));
});

test('there may be more blocks than tensors, within bounds', async () => {
  const folder = (count: number) => copies.make('albert-default', { config: { num_hidden_layers: count } });
  assert.equal((await openFolderModel(await folder(48))).dimensions.layers, 48);
  await assert.rejects(openFolderModel(await folder(1001)), {
    code: 'bad-checkpoint',
    message: /1001 layers/,
  });
});

test('groups that no run uses are refused', async () => {
  const folder = await copies.make('albert-unusual', { config: { num_hidden_layers: 1 } });
  await assert.rejects(openFolderModel(folder), {
    code: 'bad-checkpoint',
    message: /albert_layer_groups\.1/,
  });
});
