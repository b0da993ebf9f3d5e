import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { FixtureCopies } from '../fixture-copy.js';
import { openFolderModel } from '../open-fixture.js';
import { parallelBlock, testDecoder } from './decoder.js';

testDecoder(['stablelm-default']);
testDecoder(['stablelm-unusual'], parallelBlock);

const copies = new FixtureCopies();
after(() => copies.remove());

test('a head_dim that transformers reads for the rotation alone is refused', async () => {
  const folder = await copies.make('stablelm-default', { config: { head_dim: 16 } });
  await assert.rejects(openFolderModel(folder), { code: 'unsupported', message: /sets head_dim to 16/ });
});
