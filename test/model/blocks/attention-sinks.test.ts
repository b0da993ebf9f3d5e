import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { restrictTo } from '../../../src/graph/index.js';
import { chunkQueries } from '../../../src/model/query-chunks.js';
import { parseTarget } from '../../../src/targets/parse-target.js';
import { type Tensor, tensor } from '../../../src/tensor/index.js';
import { assertAllClose } from '../../allclose.js';
import { rowSumTolerance } from '../../tolerances.js';
import { fixtureGraph } from '../fixture-graph.js';
import { openFixture } from '../open-fixture.js';

const model = await openFixture('gpt_oss-default');
const tokenIds = [5, 9, 11, 30, 2, 44, 17, 8];
const [mass, pattern] = ['blocks.1.attn.hook_sink_mass', 'blocks.1.attn.hook_pattern'];

suite('attention sinks', () => {
  test('the mass on them is reported by head and destination', async () => {
    const run = await model.run({ tokenIds }, { capture: mass });
    const { axes, shape, data } = run.activation(mass);
    assert.deepEqual(axes, ['head', 'destination']);
    assert.deepEqual(shape, [4, tokenIds.length]);
    assert.ok((data as Float32Array).every((share) => share > 0 && share < 1));
  });

  test('without mass on them attention is the softmax of its scores', async () => {
    const scores = 'blocks.1.attn.hook_attn_scores';
    const run = await model.run(
      { tokenIds },
      { capture: [scores, pattern], interventions: [{ hook: mass, edit: 'zero' }] },
    );
    const given = run.activation(scores).data as Float32Array;
    const weights = run.activation(pattern).data as Float32Array;
    for (let start = 0; start < given.length; start += tokenIds.length) {
      const powers = [...given.subarray(start, start + tokenIds.length)].map(Math.exp);
      const sum = powers.reduce((a, b) => a + b, 0);
      for (const [i, power] of powers.entries())
        assert.ok(Math.abs(weights[start + i]! - power / sum) <= rowSumTolerance);
    }
  });

  test('the part of a pattern is that of the whole', async () => {
    const part = { hook: pattern, heads: [2], positions: [-1] };
    const [whole, row] = await Promise.all(
      [pattern, part].map((capture) => model.run({ tokenIds }, { capture: [capture] })),
    );
    const all = whole!.activation(pattern).data as Float32Array;
    const length = tokenIds.length;
    const expected = all.subarray((2 * length + length - 1) * length, 3 * length * length);
    // Two graphs: the engine may sum the experts of the layer before in another order.
    assertAllClose(row!.activation(pattern) as Tensor, tensor('F32', [1, 1, length], expected), 1e-6, 'part');
  });

  test('a long text is read some queries at a time, without the scores of all of them', async () => {
    const { graph } = await fixtureGraph('gpt_oss-default');
    const chunked = chunkQueries(restrictTo(graph, ['logits']), new Map([['position', 200]]), 64);
    const made = chunked.nodes.flatMap(({ outputs }) => outputs);
    assert.ok(made.some((name) => name.startsWith('blocks.1.attn.hook_attn_scores@')));
    for (const hook of ['hook_attn_scores', 'hook_pattern', 'hook_sink_mass'])
      assert.ok(!made.includes(`blocks.1.attn.${hook}`), `all of ${hook}`);
  });

  test('a sink moves what it takes mass from: its derivative is that of finite differences', async () => {
    const target = parseTarget('logit:#20', { position: -1 });
    const hook = 'blocks.0.hook_resid_pre';
    const run = await model.run({ tokenIds }, { capture: hook, gradient: { target, of: hook } });
    const slope = run.gradient(hook) as Tensor<'F32'>;
    const step = 1e-3;
    const along = slope.data.map((_, i) => Math.sin(i + 1));
    const moved = async (by: number) => {
      const value = { ...slope, data: along.map((each) => each * by) };
      const interventions = [{ hook, edit: 'add' as const, value }];
      const changed = await model.run(
        { tokenIds },
        { capture: [], interventions, gradient: { target, of: hook } },
      );
      return changed.target.value;
    };
    const found = ((await moved(step)) - (await moved(-step))) / (2 * step);
    const expected = along.reduce((sum, each, i) => sum + each * slope.data[i]!, 0);
    assert.ok(Math.abs(found - expected) <= 1e-2 * Math.abs(expected), `${found} instead of ${expected}`);
  });
});
