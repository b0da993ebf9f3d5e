import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { FixtureCopies } from '../fixture-copy.js';
import { openFolderModel } from '../open-fixture.js';
import { parallelBlock, testDecoder } from './decoder.js';

const copies = new FixtureCopies();
after(() => copies.remove());

testDecoder(['gptj-default', 'gptj-unusual'], parallelBlock);

test('more rotated features than a head has are refused', async () => {
  const folder = await copies.make('gptj-default', { config: { rotary_dim: 8 } });
  await assert.rejects(openFolderModel(folder), { code: 'bad-checkpoint', message: /rotary_dim 8 must be/ });
});
