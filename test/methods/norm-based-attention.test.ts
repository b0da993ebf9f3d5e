import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { explain, loadModel } from '../../src/index.js';
import { openFixture } from '../model/open-fixture.js';
import { explainFamily, testFamilies } from './attention-families.js';
import { assertCausal, mapRows } from './map-checks.js';
import { assertClose, testReference } from './method-golden.js';
import { assertReconstructed } from './reconstruction.js';

testReference('norm-based-attention');

testFamilies('norm-based-attention', (found, model) => {
  const layers = mapRows(found);
  assert.equal(layers.length, model.dimensions.layers);
  if (model.architecture.causal) for (const rows of layers) assertCausal(rows);
  assert.ok(found.values.data.some((each) => each > 0));
  assertReconstructed(found);
});

suite('norm-based attention', () => {
  for (const name of ['bert-default', 'gemma2-default', 'olmo2-default', 'phi-default']) {
    test(`the stream is on the diagonal alone: ${name}`, async () => {
      await using model = await openFixture(name);
      const found = await explainFamily(model, 'norm-based-attention', { variant: 'residual' });
      assertReconstructed(found);
      const plain = mapRows(await explainFamily(model, 'norm-based-attention'));
      for (const [layer, rows] of mapRows(found).entries()) {
        for (const [i, row] of rows.entries()) {
          const others = (all: Float32Array) => [...all].filter((_, source) => source !== i);
          assertClose(others(row), others(plain[layer]![i]!), 1e-6, 'others');
        }
      }
    });
  }

  test('a head with shared keys and values has the values of its own group', async () => {
    await using model = await openFixture('llama-default');
    const maps = await Promise.all(
      [0, 1, 2, 3].map((head) => explainFamily(model, 'norm-based-attention', { layer: 0, head })),
    );
    // The lengths of single heads are no less than that of their sum.
    const sum = mapRows(await explainFamily(model, 'norm-based-attention', { layer: 0 }))[0]!;
    for (const [i, row] of sum.entries())
      for (const [j, length] of row.entries()) {
        const total = maps.reduce((all, map) => all + mapRows(map)[0]![i]![j]!, 0);
        assert.ok(length <= total + 1e-6);
      }
  });

  test('heads that do not fit into one batch are computed in several', async () => {
    await using model = await loadModel('pellucid-gpt2');
    // Six heads and three more rows of 128 tokens are more than 1024.
    const tokenIds = Array.from({ length: 128 }, (_, i) => 300 + i * 3);
    const found = await explain(
      model,
      { tokenIds },
      { method: 'norm-based-attention', options: { layer: 1 }, verdict: 'off' },
    );
    assertReconstructed(found);
  });

  test('what a variant does not have is refused', async () => {
    await using model = await openFixture('gpt2-default');
    await assert.rejects(explainFamily(model, 'norm-based-attention', { variant: 'layer-norm' }), {
      code: 'unsupported',
      message: /No norm stands behind the sums of .*: use residual\.$/,
    });
    await assert.rejects(explainFamily(model, 'norm-based-attention', { variant: 'residual', head: 0 }), {
      code: 'unsupported',
      message: /belongs to no head/,
    });
  });
});
