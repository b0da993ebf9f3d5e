import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { FixtureCopies } from '../fixture-copy.js';
import { openFolderModel } from '../open-fixture.js';
import { parallelBlock, testDecoder } from './decoder.js';

const copies = new FixtureCopies();
after(() => copies.remove());

testDecoder(['falcon-default', 'falcon-new-architecture', 'falcon-one-norm'], parallelBlock);
testDecoder(['falcon-unusual']);

for (const [name, config, option] of [
  ['falcon-default', { num_ln_in_parallel_attn: 2 }, 'num_ln_in_parallel_attn'],
  ['falcon-new-architecture', { parallel_attn: false }, 'parallel_attn'],
  ['falcon-new-architecture', { num_ln_in_parallel_attn: 3 }, 'num_ln_in_parallel_attn'],
  ['falcon-unusual', { num_kv_heads: 2 }, 'num_kv_heads'],
  ['falcon-default', { apply_residual_connection_post_layernorm: true }, 'apply_residual_connection'],
] as const) {
  test(`${name} with ${JSON.stringify(config)} is refused`, async () => {
    const folder = await copies.make(name, { config });
    await assert.rejects(openFolderModel(folder), { code: 'unsupported', message: new RegExp(option) });
  });
}
