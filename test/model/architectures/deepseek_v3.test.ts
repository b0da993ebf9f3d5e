import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { Tensor } from '../../../src/tensor/index.js';
import { FixtureCopies } from '../fixture-copy.js';
import { openFixture, openFolderModel } from '../open-fixture.js';
import { testDecoder } from './decoder.js';

testDecoder(['deepseek_v3-default', 'deepseek_v3-unusual']);

const copies = new FixtureCopies();
after(() => copies.remove());

const tokenIds = [5, 9, 11, 30, 2, 44, 17];
const values = (run: { activation(hook: string): Tensor }, hook: string, width: number) => {
  const { data } = run.activation(hook) as Tensor<'F32'>;
  return Array.from({ length: tokenIds.length }, (_, i) => [...data.subarray(i * width, (i + 1) * width)]);
};

test('experts are chosen in the two groups whose two best add up to most, a bias included', async () => {
  const model = await openFixture('deepseek_v3-default');
  const mlp = 'blocks.1.mlp';
  const run = await model.run({ tokenIds }, { capture: [`${mlp}.*`] });
  const indices = values(run, `${mlp}.hook_expert_indices`, 3);
  const weights = values(run, `${mlp}.hook_expert_weights`, 8);
  for (const [position, chosen] of indices.entries()) {
    assert.ok(new Set(chosen.map((expert) => Math.floor(expert / 2))).size <= 2, 'more than two groups');
    const sum = weights[position]!.reduce((a, b) => a + b, 0);
    assert.ok(Math.abs(sum - 2.5) <= 1e-5, `weights sum to ${sum}, not to routed_scaling_factor`);
    assert.deepEqual(
      [...weights[position]!.keys()].filter((expert) => weights[position]![expert] !== 0),
      chosen.toSorted((a, b) => a - b),
    );
  }
});

test('the bias of the router only chooses: the same for all experts it changes nothing', async () => {
  const folder = await copies.make('deepseek_v3-default', {
    weights: (tensors) => {
      const bias = tensors.get('model.layers.1.mlp.gate.e_score_correction_bias') as Tensor<'F32'>;
      for (const i of bias.data.keys()) bias.data[i]! += 0.5;
    },
  });
  const [moved, plain] = await Promise.all(
    [await openFolderModel(folder), await openFixture('deepseek_v3-default')].map((model) =>
      model.run({ tokenIds }, { capture: 'logits' }),
    ),
  );
  assert.deepEqual(moved!.activation('logits'), plain!.activation('logits'));
});

test('a file may hold the layer that predicts further tokens', async () => {
  const folder = await copies.make('deepseek_v3-default', {
    weights: (tensors) => {
      tensors.set('model.layers.61.eh_proj.weight', tensors.get('model.norm.weight')!);
    },
  });
  assert.equal((await openFolderModel(folder)).dimensions.layers, 2);
});

test('options that would compute something else are refused by name', async () => {
  const open = async (config: Record<string, unknown>) =>
    openFolderModel(await copies.make('deepseek_v3-default', { config }));
  await assert.rejects(open({ num_key_value_heads: 2 }), {
    code: 'unsupported',
    message: /num_key_value_heads to 2/,
  });
  await assert.rejects(open({ n_group: 8, topk_group: 4 }), {
    code: 'bad-checkpoint',
    message: /of 8 groups/,
  });
  await assert.rejects(open({ n_group: 4, topk_group: 1 }), {
    code: 'bad-checkpoint',
    message: /from 1 of 4 groups/,
  });
  await assert.rejects(open({ quantization_config: { quant_method: 'fp8' } }), { code: 'unsupported' });
});
