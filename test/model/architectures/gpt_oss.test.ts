import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { FixtureCopies } from '../fixture-copy.js';
import { openFolderModel } from '../open-fixture.js';
import { testDecoder } from './decoder.js';

testDecoder(['gpt_oss-default', 'gpt_oss-unusual']);

const copies = new FixtureCopies();
after(() => copies.remove());

const open = async (config: Record<string, unknown>) =>
  openFolderModel(await copies.make('gpt_oss-default', { config }));

test('a config that names no scaling has that of the published models', async () => {
  const logits = async (config: Record<string, unknown>) => {
    const run = await (await open(config)).run({ tokenIds: [5, 9, 11, 7, 8, 6] }, { capture: 'logits' });
    return run.activation('logits');
  };
  const named = await logits({});
  assert.deepEqual(await logits({ rope_scaling: undefined, rope_theta: undefined }), named);
  assert.notDeepEqual(await logits({ rope_scaling: { rope_type: 'default' } }), named);
});

test('what the published models quantise is refused, and so are other activations', async () => {
  await assert.rejects(open({ quantization_config: { quant_method: 'mxfp4' } }), {
    code: 'unsupported',
    message: /quantised weights \(quantization_config: mxfp4\)/,
  });
  for (const config of [{ swiglu_limit: 5 }, { hidden_act: 'gelu' }]) {
    const [key] = Object.keys(config) as [string];
    await assert.rejects(open(config), { code: 'unsupported', message: new RegExp(`sets ${key} to`) });
  }
});
