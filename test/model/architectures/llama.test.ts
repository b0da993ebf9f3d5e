import assert from 'node:assert/strict';
import { after, suite, test } from 'node:test';
import { tensor } from '../../../src/tensor/index.js';
import { FixtureCopies } from '../fixture-copy.js';
import { openFolderModel } from '../open-fixture.js';
import { testDecoder } from './decoder.js';

testDecoder(['llama-default', 'llama-unusual', 'llama-bf16']);

const copies = new FixtureCopies();
after(() => copies.remove());

suite('the task of a checkpoint whose config names no class of the family', () => {
  const taskOf = async (changes: Parameters<FixtureCopies['make']>[1], name = 'llama-default') =>
    (await openFolderModel(await copies.make(name, changes))).task;

  test('is told by the weights', async () => {
    for (const architectures of [undefined, ['MyOwnLanguageModel'], ['toString']]) {
      assert.equal(await taskOf({ config: { architectures } }), 'causal-lm');
      assert.equal(
        await taskOf({ config: { architectures } }, 'llama-sequence-classification'),
        'sequence-classification',
      );
      const weights = (all: Map<string, unknown>) => all.delete('lm_head.weight');
      assert.equal(await taskOf({ config: { architectures }, weights }), 'base');
      assert.equal(
        await taskOf({ config: { architectures, tie_word_embeddings: true }, weights }),
        'causal-lm',
      );
    }
  });

  test('a bias beside the scores of labels means that each token has a label', async () => {
    const folder = await copies.make('llama-sequence-classification', {
      config: { architectures: undefined },
      weights: (all) => all.set('score.bias', tensor('F32', [3], Float32Array.of(1, 2, 3))),
    });
    const model = await openFolderModel(folder);
    assert.equal(model.task, 'token-classification');
    const run = await model.run({ tokenIds: [5, 9, 11] }, { capture: 'logits' });
    assert.deepEqual(run.activation('logits').shape, [3, 3]);
  });

  test('another class of the family itself is refused by name', async () => {
    const folder = await copies.make('llama-default', {
      config: { architectures: ['LlamaForQuestionAnswering'] },
    });
    await assert.rejects(openFolderModel(folder), {
      code: 'unsupported',
      message: /is a LlamaForQuestionAnswering, which Pellucid does not support/,
    });
  });
});

test('partial_rotary_factor, which this family does not read, changes nothing, and is refused beside a scaling', async () => {
  const logits = async (config: Record<string, unknown>) => {
    const model = await openFolderModel(await copies.make('llama-default', { config }));
    return (await model.run({ tokenIds: [5, 9, 11] }, { capture: 'logits' })).activation('logits');
  };
  assert.deepEqual(await logits({ partial_rotary_factor: 0.5 }), await logits({}));
  const scaled = { partial_rotary_factor: 0.5, rope_scaling: { rope_type: 'linear', factor: 2 } };
  await assert.rejects(logits(scaled), { code: 'unsupported', message: /partial_rotary_factor to 0.5/ });
});

test('buffers of old files are passed over', async () => {
  const weights = (all: Map<string, ReturnType<typeof tensor>>) =>
    all.set('model.layers.0.self_attn.rotary_emb.inv_freq', tensor('F32', [3], Float32Array.of(1, 2, 3)));
  await openFolderModel(await copies.make('llama-default', { weights }));
});
