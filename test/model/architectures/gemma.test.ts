import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { FixtureCopies } from '../fixture-copy.js';
import { openFolderModel } from '../open-fixture.js';
import { testDecoder } from './decoder.js';

testDecoder(['gemma-default', 'gemma-unusual']);

const copies = new FixtureCopies();
after(() => copies.remove());

const open = async (config: Record<string, unknown>) =>
  openFolderModel(await copies.make('gemma-default', { config }));

test('gelu, as the first configs have it, means its tanh approximation', async () => {
  const logits = async (config: Record<string, unknown>) => {
    const model = await open(config);
    return (await model.run({ tokenIds: [5, 9, 11] }, { capture: 'logits' })).activation('logits');
  };
  assert.deepEqual(await logits({ hidden_act: 'gelu' }), await logits({ hidden_act: 'gelu_pytorch_tanh' }));
});

test('what would change the computation is refused by name', async () => {
  for (const [key, value] of [
    ['use_bidirectional_attention', true],
    ['hidden_activation', 'relu'],
  ] as const) {
    await assert.rejects(open({ [key]: value }), { code: 'unsupported', message: new RegExp(`sets ${key}`) });
  }
});
