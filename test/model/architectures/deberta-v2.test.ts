import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { FixtureCopies } from '../fixture-copy.js';
import { openFixture, openFolderModel } from '../open-fixture.js';
import { postNormNames, testEncoder } from './encoder.js';

testEncoder([
  'deberta-v2-absolute',
  'deberta-v2-content-to-position',
  'deberta-v2-default',
  'deberta-v2-published-names',
]);

// What leaves block 0 goes through the norm behind the convolution.
testEncoder(['deberta-v2-conv-groups', 'deberta-v2-unusual'], {
  ...postNormNames,
  output: (layer) => (layer === 0 ? 'blocks.0.conv.hook_normalized' : postNormNames.output(layer)),
});

const copies = new FixtureCopies();
after(() => copies.remove());

test('kinds of attention in a string and in a list are the same, in any case', async () => {
  const logits = async (config: Record<string, unknown>) => {
    const model = await openFolderModel(await copies.make('deberta-v2-default', { config }));
    const run = await model.run({ tokenIds: [5, 9, 11, 7] }, { capture: 'logits' });
    return run.activation('logits');
  };
  const listed = await logits({ pos_att_type: ['p2c', 'c2p'] });
  assert.deepEqual(await logits({ pos_att_type: 'P2C | C2P' }), listed);
  assert.notDeepEqual(await logits({ pos_att_type: 'c2p' }), listed);
});

test('a file that has both heads of a masked model is read as its config says', async () => {
  const rename = (name: string) => name.replace('lm_predictions.lm_head', 'cls.predictions.transform');
  const folder = await copies.make('deberta-v2-published-names', {
    config: { legacy: false },
    weights: (tensors) => {
      for (const [name, value] of [...tensors])
        if (name.startsWith('lm_predictions.lm_head.dense')) tensors.set(rename(name), value);
    },
  });
  const input = { tokenIds: [5, 9, 11, 7] };
  const [both, one] = await Promise.all(
    [await openFolderModel(folder), await openFixture('deberta-v2-published-names')].map((model) =>
      model.run(input, { capture: 'logits' }),
    ),
  );
  assert.deepEqual(both!.activation('logits'), one!.activation('logits'));
});

test('what is not supported is refused by name', async () => {
  const refused: readonly [Record<string, unknown>, RegExp][] = [
    [{ pos_att_type: 'p2p|c2p' }, /"p2p" in pos_att_type/],
    [{ norm_rel_ebd: 'batch_norm' }, /"batch_norm" in norm_rel_ebd/],
    [{ conv_kernel_size: 4 }, /conv_kernel_size to 4.*odd/],
    [{ attention_head_size: 5 }, /attention_head_size to 5/],
    [{ pooler_hidden_size: 5 }, /pooler_hidden_size to 5/],
  ];
  for (const [config, message] of refused) {
    const folder = await copies.make('deberta-v2-unusual', { config });
    await assert.rejects(openFolderModel(folder), { code: 'unsupported', message });
  }
});
