import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { restrictTo } from '../../src/graph/index.js';
import type { Tensor } from '../../src/tensor/index.js';
import { assertAllClose } from '../allclose.js';
import { referenceTolerance, rowSumTolerance } from '../tolerances.js';
import { fixtureGraph } from './fixture-graph.js';
import { goldenCases } from './golden.js';
import { openFixture } from './open-fixture.js';

const golden = goldenCases('bert-default').find(({ name }) => name === 'pair')!;
const input = { text: golden.texts![0]!, pair: golden.pairs![0]! };
const length = golden.input_ids[0]!.length;
const [layers, heads] = [2, 4];

/** The golden pattern of a layer, without its batch axis. */
function goldenPattern(layer: number): Tensor<'F32'> {
  const { shape, ...rest } = golden.values.get(`blocks.${layer}.attn.hook_pattern`) as Tensor<'F32'>;
  return { ...rest, shape: shape.slice(1) };
}

suite('attention', async () => {
  const model = await openFixture('bert-default');
  const run = await model.run(input);

  test('of one head', () => {
    for (let layer = 0; layer < layers; layer++) {
      for (let head = 0; head < heads; head++) {
        const { values, options } = run.attention({ layer, head });
        assert.deepEqual(options, { layer, head });
        assert.deepEqual(values.axes, ['destination', 'source']);
        const size = length * length;
        const data = goldenPattern(layer).data.subarray(head * size, (head + 1) * size);
        assertAllClose(values, { dtype: 'F32', shape: [length, length], data }, referenceTolerance, 'values');
      }
    }
  });

  test('of all heads of a layer', () => {
    const { values, options } = run.attention({ layer: 1 });
    assert.deepEqual(options, { layer: 1, head: null });
    assert.deepEqual(values.axes, ['head', 'destination', 'source']);
    assertAllClose(values, goldenPattern(1), referenceTolerance, 'values');
  });

  test('of the whole model', () => {
    const { values, options } = run.attention();
    assert.deepEqual(options, { layer: null, head: null });
    assert.deepEqual(values.axes, ['layer', 'head', 'destination', 'source']);
    const data = Float32Array.from([...goldenPattern(0).data, ...goldenPattern(1).data]);
    assertAllClose(
      values,
      { dtype: 'F32', shape: [layers, heads, length, length], data },
      referenceTolerance,
      'all',
    );
  });

  test('of one head of each layer', () => {
    const { values } = run.attention({ head: 2 });
    assert.deepEqual(values.axes, ['layer', 'destination', 'source']);
    const one = run.attention({ layer: 1, head: 2 }).values.data;
    assert.deepEqual(values.data.slice(length * length), one.slice());
  });

  test('of the mean head', () => {
    const { values, options } = run.attention({ layer: 0, head: 'mean' });
    assert.deepEqual(options, { layer: 0, head: 'mean' });
    assert.deepEqual(values.axes, ['destination', 'source']);
    for (let i = 0; i < length * length; i++) {
      let sum = 0;
      for (let head = 0; head < heads; head++) sum += goldenPattern(0).data[head * length * length + i]!;
      assert.ok(Math.abs(values.data[i]! - sum / heads) <= referenceTolerance);
    }
    assert.deepEqual(run.attention({ head: 'mean' }).values.shape, [layers, length, length]);
    assert.deepEqual(run.attention({ head: 'mean' }).values.axes, ['layer', 'destination', 'source']);
  });

  test('says what it is about', () => {
    const { method, schemaVersion, subject, tokens } = run.attention({ layer: 0 });
    assert.equal(method, 'attention');
    assert.equal(schemaVersion, 1);
    assert.deepEqual(
      { ...subject, contentHash: '' },
      { model: model.id, architecture: 'bert', contentHash: '', ...input },
    );
    assert.match(subject.contentHash, /^[\w:-]{16,}$/);
    assert.deepEqual(
      tokens.map(({ id }) => id),
      golden.input_ids[0],
    );
  });

  test('refuses a layer or head that is not there', () => {
    for (const layer of [-1, 2, 0.5, Number.NaN]) {
      assert.throws(() => run.attention({ layer }), {
        code: 'not-found',
        message: `Layer ${layer} does not exist: the model has 2, counted from 0 to 1.`,
      });
    }
    assert.throws(() => run.attention({ layer: 0, head: 4 }), {
      code: 'not-found',
      message: /^Head 4 does not exist/,
    });
    assert.throws(() => run.attention({ head: -1 }), { code: 'not-found' });
  });

  test('refuses a layer that was not captured', async () => {
    const partial = await model.run(input, { capture: 'blocks.1.attn.hook_pattern' });
    assert.equal(partial.attention({ layer: 1 }).values.shape.length, 3);
    assert.throws(() => partial.attention({ layer: 0 }), {
      code: 'not-found',
      message: /no "blocks\.0\.attn\.hook_pattern"/,
    });
  });
});

suite('capturing', async () => {
  const model = await openFixture('gpt2-default');
  const { graph } = await fixtureGraph('gpt2-default');

  test('by name and by glob, in the order of the computation', async () => {
    const run = await model.run('no', {
      capture: ['logits', 'blocks.*.hook_resid_post', 'blocks.0.hook_resid_post'],
    });
    assert.deepEqual(run.hooks, ['blocks.0.hook_resid_post', 'blocks.1.hook_resid_post', 'logits']);
  });

  test('everything', async () => {
    const run = await model.run('no', { capture: '*' });
    assert.deepEqual(run.hooks, model.hooks);
    assert.ok(model.hooks.length > 30);
    for (const hook of run.hooks) {
      const { axes, shape } = run.activation(hook);
      assert.equal(axes?.length, shape.length, hook);
    }
  });

  test('attention patterns by default', async () => {
    const run = await model.run('no');
    assert.deepEqual(run.hooks, ['blocks.0.attn.hook_pattern', 'blocks.1.attn.hook_pattern']);
  });

  test('names the axes', async () => {
    const run = await model.run('no', { capture: '*' });
    const axes = (hook: string) => run.activation(hook).axes;
    assert.deepEqual(axes('blocks.0.attn.hook_attn_scores'), ['head', 'destination', 'source']);
    assert.deepEqual(axes('blocks.0.attn.hook_q'), ['position', 'head', 'feature']);
    assert.deepEqual(axes('blocks.0.hook_resid_pre'), ['position', 'feature']);
    assert.deepEqual(axes('logits'), ['position', 'class']);
  });

  test('refuses a name that matches nothing, and offers the nearest', async () => {
    await assert.rejects(model.run('no', { capture: 'blocks.0.attn.hook_patern' }), {
      code: 'not-found',
      message: /"blocks\.0\.attn\.hook_patern"; the nearest are "blocks\.0\.attn\.hook_pattern"/,
    });
    await assert.rejects(model.run('no', { capture: 'blocks.7.hook_z' }), /those of layers 0 to 1/);
    await assert.rejects(model.run('no', { capture: 'logits_at_answers' }), { code: 'not-found' });
    await assert.rejects(model.run('no', { capture: ['logits', '('] }), { code: 'not-found' });
  });

  test('takes a run of stars for one, however long', async () => {
    const run = await model.run('no', { capture: `blocks.0.${'*'.repeat(60)}_z` });
    assert.deepEqual(run.hooks, ['blocks.0.attn.hook_z']);
    await assert.rejects(model.run('no', { capture: `${'*'.repeat(60)}!` }), { code: 'not-found' });
  });

  test('refuses to compute nothing', async () => {
    await assert.rejects(model.run('no', { capture: [], answers: 'none' }), {
      code: 'bad-input',
      message: /Nothing is asked/,
    });
  });

  test('needs only the weights in front of what is captured', () => {
    const first = restrictTo(graph, ['blocks.0.attn.hook_pattern']);
    assert.deepEqual(
      [...first.weights.keys()].sort(),
      [
        'h.0.attn.c_attn.bias',
        'h.0.attn.c_attn.weight',
        'h.0.ln_1.bias',
        'h.0.ln_1.weight',
        'wpe.weight',
        'wte.weight',
      ].map((name) => `transformer.${name}`),
    );
    assert.ok(!first.inputs.some(({ name }) => name === 'answers' || name === 'segments'));
  });
});

test('a run that is closed cannot be asked again', async () => {
  const model = await openFixture('gpt2-default');
  const run = await model.run('no');
  {
    using other = await model.run('no');
    assert.equal(other.attention({ layer: 0, head: 0 }).values.shape.length, 2);
  }
  run.close();
  for (const ask of [
    () => run.attention(),
    () => run.predictions(),
    () => run.hooks,
    () => run.activation('logits'),
  ]) {
    assert.throws(ask, { code: 'bad-input', message: 'This run has been closed.' });
  }
  run.close();
});

test('a run outlives its model, and a closed model opens again', async () => {
  const model = await openFixture('gpt2-default');
  const run = await model.run('no');
  await model.close();
  const sum = run
    .attention({ layer: 0, head: 0 })
    .values.data.slice(0, 2)
    .reduce((a, b) => a + b);
  assert.ok(Math.abs(sum - 1) <= rowSumTolerance);
  assert.deepEqual((await model.run('no')).attention().values, run.attention().values);
});

test('more questions than sessions are kept give the right answers, also at once', async () => {
  const model = await openFixture('gpt2-default');
  const all = await model.run('the mat', { capture: '*' });
  const runs = await Promise.all(
    model.hooks.map((capture) => model.run('the mat', { capture, answers: 'none' })),
  );
  for (const [i, hook] of model.hooks.entries()) {
    assert.deepEqual(runs[i]!.hooks, [hook]);
    assert.deepEqual(runs[i]!.activation(hook).data, all.activation(hook).data, hook);
  }
});
