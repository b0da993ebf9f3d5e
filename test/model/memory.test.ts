import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { costOf, restrictTo } from '../../src/graph/index.js';
import { loadModel } from '../../src/load-model.js';
import { type PlanContext, plannerOf } from '../../src/model/memory.js';
import { NodeRuntime } from '../../src/runtime/node.js';
import { assertAllClose } from '../allclose.js';
import { fixtureGraph } from './fixture-graph.js';
import { checkpointFolder } from './golden.js';
import { openFixture } from './open-fixture.js';

const input = { tokenIds: [5, 9, 3, 7] };

const context = (length: number, low = false): PlanContext => ({
  sizes: new Map([
    ['batch', 1],
    ['position', length],
    ['answer', 1],
    ['row', 1],
  ]),
  heads: 4,
  low,
  id: 'gpt2-default',
});

/** A whole graph of the tiny GPT-2 for what is asked. */
const asking = async (...outputs: string[]) =>
  restrictTo((await fixtureGraph('gpt2-default')).graph, outputs);

suite('the way a run goes', () => {
  test('whole where it fits, in chunks of queries where only those fit, and refused where nothing does', async () => {
    const graph = await asking('logits');
    const plan = (limit: number) => plannerOf(graph, context(4096))(limit);
    const whole = plan(Number.POSITIVE_INFINITY);
    assert.deepEqual([whole.mode, whole.chunk], ['whole', undefined]);
    const chunked = plan(whole.peak - 1);
    assert.deepEqual([chunked.mode, chunked.chunk], ['whole', 1024]);
    // Scores and pattern of 4 heads and 4096 × 4096 cells, against those of 1024 rows.
    assert.ok(chunked.peak < whole.peak - 2 ** 28, `${chunked.peak} of ${whole.peak}`);
    assert.throws(() => plan(2 ** 26), { code: 'bad-input' });
  });

  test('block by block where asked for, with the same work', async () => {
    const graph = await asking('logits');
    const whole = plannerOf(graph, context(64))(Number.POSITIVE_INFINITY);
    const low = plannerOf(graph, context(64, true))(Number.POSITIVE_INFINITY);
    assert.equal(low.mode, 'segmented');
    assert.equal(low.operations, whole.operations);
    assert.equal(low.outputs, whole.outputs);
    assert.ok(low.peak < whole.peak);
  });

  test('a product of [m, k] and [k, n] is 2 · m · k · n operations', async () => {
    const graph = await asking('blocks.0.mlp.hook_pre');
    const { dimensions } = await fixtureGraph('gpt2-default');
    const { width, heads } = dimensions;
    const [length, inner] = [8, 4 * width];
    // Queries, keys and values; scores and their use; the output; the first half of the MLP.
    const expected = 2 * length * width * (3 * width + 2 * length + width + inner);
    assert.equal(
      plannerOf(graph, context(length))(Number.POSITIVE_INFINITY).operations,
      expected,
      `${heads} heads`,
    );
  });

  test('half-precision weights are counted with their float32 copies, tables by the rows in use', async () => {
    const graph = restrictTo((await fixtureGraph('gpt2-bf16')).graph, ['blocks.1.hook_resid_post']);
    const { width } = (await fixtureGraph('gpt2-bf16')).dimensions;
    const stored = [...graph.weights].filter(([name]) => !/w[tp]e/.test(name));
    const bytes = stored.reduce((sum, [, { data }]) => sum + data.length, 0);
    const { casts, weights } = costOf(graph, new Map([['position', 1]]));
    assert.equal(casts, 2 * bytes);
    // One row of each table, and the page around it; no more than the table.
    const tables = [...graph.weights].filter(([name]) => /w[tp]e/.test(name));
    const rows = tables.map(([, { data }]) => Math.min(data.length, 2 * width + 4096));
    assert.equal(weights, bytes + rows.reduce((a, b) => a + b, 0));
  });
});

suite('what does not fit is refused before it starts', () => {
  test('a long text: how long one may be, and what its captures take', async () => {
    const graph = await asking('blocks.0.attn.hook_pattern', 'blocks.1.attn.hook_pattern');
    const limit = 2 ** 29;
    let message = '';
    assert.throws(
      () => plannerOf(graph, context(4096))(limit),
      (error: Error) => {
        message = error.message;
        return 'code' in error && error.code === 'bad-input';
      },
    );
    assert.match(
      message,
      /^A run of gpt2-default on 4096 tokens takes .* GiB .* 512 MiB are at hand: 512 MiB of that/,
    );
    const fits = Number(/a text of (\d+) tokens or fewer/.exec(message)?.[1]);
    assert.equal(plannerOf(graph, context(fits))(limit).peak <= limit, true);
    assert.throws(() => plannerOf(graph, context(fits + 1))(limit));
  });

  test('a limit of the run, of the model, and what the runtime says is free', async () => {
    await using model = await openFixture('gpt2-default');
    const refused = { code: 'bad-input', message: /are at hand/ };
    await assert.rejects(model.run(input, { memory: { limit: 1000 } }), refused);
    await assert.rejects(model.estimate(input, { memory: { limit: 1000 } }), refused);
    const folder = fileURLToPath(checkpointFolder('gpt2-default'));
    await using limited = await loadModel(folder, { memory: { limit: 1000 } });
    await assert.rejects(limited.run(input), refused);
    assert.equal((await limited.run(input, { memory: 'low' })).tokens.length, 4);
    class Full extends NodeRuntime {
      override availableMemory = () => 1000;
    }
    await using full = await loadModel(folder, { runtime: new Full() });
    await assert.rejects(full.run(input), refused);
  });
});

test('an estimate computes nothing and agrees with the run', async () => {
  await using model = await openFixture('gpt2-default');
  const estimate = await model.estimate(input);
  const run = await model.run(input);
  const held = run.hooks.map((hook) => run.activation(hook).data.byteLength).reduce((a, b) => a + b, 0);
  const answers = 4 * model.dimensions.vocabularySize;
  assert.equal(estimate.resultBytes, held + answers);
  assert.equal(estimate.mode, 'whole');
});

test('prepacked weights give the same within 1e-5', async () => {
  const folder = fileURLToPath(checkpointFolder('gpt2-default'));
  await using plain = await openFixture('gpt2-default');
  await using packed = await loadModel(folder, { prepack: true });
  const [a, b] = [await packed.run(input, { capture: '*' }), await plain.run(input, { capture: '*' })];
  for (const hook of b.hooks) assertAllClose(a.activation(hook), b.activation(hook), 1e-5, hook);
});

test('what the machine has free is a number of bytes', () => {
  const free = new NodeRuntime().availableMemory();
  assert.ok(free > 2 ** 20 && free < 2 ** 50, String(free));
});
