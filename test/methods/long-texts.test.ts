import assert from 'node:assert/strict';
import { after, suite, test } from 'node:test';
import { explain, parseTarget } from '../../src/index.js';
import { methods } from '../../src/methods/index.js';
import { type Tensor, zeros } from '../../src/tensor/index.js';
import { FixtureCopies } from '../model/fixture-copy.js';
import { openFolderModel } from '../model/open-fixture.js';
import { assertClose } from './method-golden.js';

const copies = new FixtureCopies();
after(() => copies.remove());

const length = 520;
const position = 60;
const tokenIds = Array.from({ length }, (_, i) => (i * 7) % 50);

/** The tiny GPT-2 with places for more tokens than methods give whole maps of. */
async function longModel() {
  const folder = await copies.make('gpt2-default', {
    config: { n_positions: length },
    weights: (tensors) => {
      const [name, old] = [...tensors].find(([each]) => each.endsWith('wpe.weight')) as [
        string,
        Tensor<'F32'>,
      ];
      const places = zeros('F32', [length, old.shape[1]!]);
      for (let i = 0; i < places.data.length; i++) places.data[i] = Math.sin(i * 1.7) / 4;
      tensors.set(name, places);
    },
  });
  return openFolderModel(folder);
}

suite('of a long text a method of attention says of a token what it says of the text up to there', () => {
  // A causal model: what follows the target changes nothing, so that the short text has the whole map beside it.
  for (const { name } of methods.filter(({ family }) => family === 'attention')) {
    if (name === 'attention-flow') continue;
    test(name, async () => {
      await using model = await longModel();
      const target = parseTarget('logit: #20', { position });
      const ask = (ids: readonly number[]) =>
        explain(model, { tokenIds: ids }, { method: name, target, special: true, verdict: 'off' });
      const long = await ask(tokenIds);
      const short = await ask(tokenIds.slice(0, position + 1));
      assert.equal(long.map, null);
      assert.match(long.note ?? '', /more than 512 tokens/);
      assert.ok(short.map !== null);
      assertClose(long.values.data.subarray(0, position + 1), short.values.data, 1e-5, name);
      assert.ok(long.values.data.subarray(position + 1).every((score) => score === 0));
    });
  }

  test('attention flow, and value zeroing through all layers, are refused', async () => {
    await using model = await longModel();
    for (const [method, options] of [
      ['attention-flow', {}],
      ['value-zeroing', { rollout: true }],
    ] as const) {
      await assert.rejects(explain(model, { tokenIds }, { method, options, verdict: 'off' }), {
        code: 'unsupported',
        message: /hours.*use attention-rollout/,
      });
    }
  });
});
