import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { FixtureCopies } from '../fixture-copy.js';
import { openFolderModel } from '../open-fixture.js';
import { parallelBlock, testDecoder } from './decoder.js';

testDecoder(['cohere2-default', 'cohere2-unusual'], parallelBlock);

const copies = new FixtureCopies();
after(() => copies.remove());

test('without layer_types all but every pattern-th layer have a window, and only they rotate', async () => {
  const rotating = async (config: Record<string, unknown>) => {
    const { hooks } = await openFolderModel(await copies.make('cohere2-unusual', { config }));
    return hooks.filter((hook) => hook.endsWith('hook_rot_q')).map((hook) => hook.split('.')[1]);
  };
  assert.deepEqual(await rotating({ layer_types: null }), ['0', '1', '2']);
  assert.deepEqual(await rotating({ layer_types: null, sliding_window_pattern: 2 }), ['0', '2']);
});
