import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { explain, parseTarget } from '../../src/index.js';
import { openFixture } from '../model/open-fixture.js';
import { explainFamily, familyTokens, testFamilies } from './attention-families.js';
import { assertCausal, assertRowSums, mapRows } from './map-checks.js';
import { assertClose, testReference } from './method-golden.js';

testReference('value-zeroing');

testFamilies('value-zeroing', (found, model) => {
  const [rows] = mapRows(found);
  // A row of zeros would be a block that does not notice when all of its values are gone.
  assertRowSums(rows!);
  if (model.architecture.causal) assertCausal(rows!);
});

suite('value zeroing', () => {
  test('equals the intervention that it stands for', async () => {
    await using model = await openFixture('gemma2-default');
    const hook = 'blocks.0.attn.hook_v';
    const output = 'blocks.0.hook_resid_post';
    const clean = await model.run({ tokenIds: familyTokens }, { capture: output });
    const variants = [...familyTokens.keys()].map((source) => [
      { hook, positions: [source], edit: 'zero' } as const,
    ]);
    const runs = await model.sweep({ tokenIds: familyTokens }, variants, { capture: output });
    const last = (run: typeof clean) => {
      const { shape, data } = run.activation(output);
      return Float64Array.from((data as Float32Array).subarray(-shape[1]!));
    };
    const dot = (a: Float64Array, b: Float64Array) => a.reduce((sum, each, i) => sum + each * b[i]!, 0);
    const turned = runs.map((run) => {
      const [a, b] = [last(clean), last(run)];
      return 1 - dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
    });
    const sum = turned.reduce((a, b) => a + b, 0);
    const found = await explainFamily(model, 'value-zeroing', { layer: 0 });
    assertClose(
      found.values.data,
      turned.map((each) => each / sum),
      1e-5,
      'turns',
    );
  });

  test('tokens that do not fit into one batch are zeroed in several', async () => {
    await using model = await openFixture('distilbert-default');
    // 40 rows of 40 tokens are more than 1024.
    const tokenIds = Array.from({ length: 40 }, (_, i) => 5 + ((i * 7) % 60));
    const target = parseTarget('logit: #20', { position: 3 });
    const options = { method: 'value-zeroing', special: true, verdict: 'off', target } as const;
    const found = await explain(model, { tokenIds }, options);
    const [rows] = mapRows(found);
    assertRowSums(rows!);
    const reached = [...tokenIds.keys()].filter((source) => rows!.some((row) => row[source]! > 0));
    assert.equal(reached.length, 40);
  });

  test('rollout has a map for each layer up to the top one', async () => {
    await using model = await openFixture('bert-default');
    const layers = mapRows(await explainFamily(model, 'value-zeroing', { rollout: true }));
    assert.equal(layers.length, model.dimensions.layers);
    for (const rows of layers) assertRowSums(rows);
    const below = await explainFamily(model, 'value-zeroing', { rollout: true, layer: 0 });
    assert.deepEqual(mapRows(below), [layers[0]]);
  });
});
