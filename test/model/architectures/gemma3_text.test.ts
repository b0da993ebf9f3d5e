import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { FixtureCopies } from '../fixture-copy.js';
import { openFolderModel } from '../open-fixture.js';
import { testDecoder } from './decoder.js';

testDecoder(['gemma3_text-default', 'gemma3_text-unusual']);

const copies = new FixtureCopies();
after(() => copies.remove());

const open = async (config: Record<string, unknown>) =>
  openFolderModel(await copies.make('gemma3_text-default', { config }));

test('a scaling beside the rotations is that of the layers without a window', async () => {
  const turned = async (config: Record<string, unknown>) => {
    const model = await open(config);
    const run = await model.run({ tokenIds: [5, 9, 11] }, { capture: 'blocks.*.attn.*' });
    const same = (layer: number) => {
      const [k, turned] = ['hook_k', 'hook_rot_k'].map((hook) =>
        run.activation(`blocks.${layer}.attn.${hook}`),
      );
      return { k, turned };
    };
    return [same(0), same(1)];
  };
  const plain = await turned({});
  const scaled = await turned({ rope_scaling: { rope_type: 'linear', factor: 8 } });
  assert.deepEqual(scaled[0], plain[0]);
  assert.deepEqual(scaled[1]!.k, plain[1]!.k);
  assert.notDeepEqual(scaled[1]!.turned, plain[1]!.turned);
});

test('what transformers reads and does not use changes nothing', async () => {
  const logits = async (config: Record<string, unknown>) =>
    (await (await open(config)).run({ tokenIds: [5, 9, 11] }, { capture: 'logits' })).activation('logits');
  assert.deepEqual(await logits({ attn_logit_softcapping: 2 }), await logits({}));
});

test('rope_parameters that are not by type of layer are refused', async () => {
  await assert.rejects(open({ rope_parameters: { rope_type: 'linear', factor: 2 } }), {
    code: 'unsupported',
    message: /one set of rope_parameters for all layers/,
  });
});
