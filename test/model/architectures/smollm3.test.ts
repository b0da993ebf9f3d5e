import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { FixtureCopies } from '../fixture-copy.js';
import { openFolderModel } from '../open-fixture.js';
import { testDecoder } from './decoder.js';

testDecoder(['smollm3-default', 'smollm3-unusual']);

const copies = new FixtureCopies();
after(() => copies.remove());

test('without no_rope_layers all but every interval-th layer rotate', async () => {
  const rotating = async (config: Record<string, unknown>) => {
    const { hooks } = await openFolderModel(await copies.make('smollm3-default', { config }));
    return hooks.filter((hook) => hook.endsWith('hook_rot_q')).map((hook) => hook.split('.')[1]);
  };
  assert.deepEqual(await rotating({ no_rope_layers: null }), ['0', '1', '2']);
  assert.deepEqual(await rotating({ no_rope_layers: null, no_rope_layer_interval: 2 }), ['0', '2']);
  await assert.rejects(rotating({ no_rope_layers: [1, 0] }), { code: 'bad-checkpoint' });
});
