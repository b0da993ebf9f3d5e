import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { FixtureCopies } from '../fixture-copy.js';
import { openFolderModel } from '../open-fixture.js';
import { testDecoder } from './decoder.js';

testDecoder(['mistral-default', 'mistral-no-window', 'mistral-sequence-classification', 'mistral-unusual']);

const copies = new FixtureCopies();
after(() => copies.remove());

test('types of layers, which transformers ignores, are refused', async () => {
  const folder = await copies.make('mistral-unusual', {
    config: { layer_types: ['full_attention', 'sliding_attention'] },
  });
  await assert.rejects(openFolderModel(folder), { code: 'unsupported', message: /sets layer_types/ });
  const said = { layer_types: ['sliding_attention', 'sliding_attention'] };
  await openFolderModel(await copies.make('mistral-unusual', { config: said }));
});
