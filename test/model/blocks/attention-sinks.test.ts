import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { restrictTo } from '../../../src/graph/index.js';
import { chunkQueries } from '../../../src/model/query-chunks.js';
import { parseTarget } from '../../../src/targets/parse-target.js';
import type { Tensor } from '../../../src/tensor/index.js';
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

  test('the part of a pattern is that of the whole to the last bit', async () => {
    const length = tokenIds.length;
    for (const seed of [0, 3, 7, 11]) {
      const ids = tokenIds.map((id, i) => (id + seed * (i * i + 31)) % 60);
      const whole = await model.run({ tokenIds: ids }, { capture: [pattern] });
      for (const head of [0, 1, 2, 3]) {
        const part = { hook: pattern, heads: [head], positions: [-1] };
        const row = await model.run({ tokenIds: ids }, { capture: [part] });
        const all = whole.activation(pattern).data as Float32Array;
        const expected = all.slice((head * length + length - 1) * length, (head + 1) * length * length);
        assert.deepEqual(row.activation(pattern).data, expected, `head ${head} of text ${seed}`);
      }
    }
  });

  test('a sink far above all scores, or far below, takes all or nothing', async () => {
    for (const [score, share] of [
      [-300, 1],
      [300, 0],
    ] as const) {
      const hook = 'blocks.1.attn.hook_attn_scores';
      const target = parseTarget('logit:#20', { position: -1 });
      const run = await model.run(
        { tokenIds },
        {
          capture: mass,
          // Of position 0, which sees nothing but itself.
          interventions: [{ hook, positions: [0], edit: 'replace', value: score }],
          gradient: { target, of: 'blocks.0.hook_resid_pre' },
        },
      );
      const shares = run.activation(mass).data as Float32Array;
      for (const head of [0, 1, 2, 3]) assert.equal(shares[head * tokenIds.length], share);
      const slope = run.gradient('blocks.0.hook_resid_pre').data as Float32Array;
      assert.ok(slope.every(Number.isFinite) && slope.some((each) => each !== 0));
    }
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
