import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { Intervention, Model, Run } from '../../src/index.js';
import { architectures } from '../../src/model/index.js';
import { parseTarget } from '../../src/targets/parse-target.js';
import { type Tensor, tensor } from '../../src/tensor/index.js';
import { assertAllClose } from '../allclose.js';
import { checkpointFolder } from './golden.js';
import { inputOf, openFixture } from './open-fixture.js';

/** Sums of up to a hundred products of numbers below 10, in another order. */
const tolerance = 2e-5;

const fixtures = readdirSync(fileURLToPath(checkpointFolder(''))).filter((name) =>
  architectures.some(({ modelType }) => name.startsWith(`${modelType}-`)),
);
const input = { tokenIds: [11, 26, 12, 7, 13, 8] };
const f32 = (run: Run, hook: string) => run.activation(hook) as Tensor<'F32'>;

async function outputOf(model: Model, interventions: readonly Intervention[] = []): Promise<Tensor> {
  const hook = model.hooks.findLast((name) => name.endsWith('.hook_resid_post'))!;
  const text = inputOf(model, input.tokenIds);
  return (await model.run(text, { capture: hook, interventions, answers: 'none' })).activation(hook);
}

/** Architectures whose queries, keys or values come from the stream in a way of their own. */
const ownWay = ['deepseek_v3'];

describe('optional hook points', () => {
  for (const name of fixtures) {
    test(`of ${name} make the same numbers when the computation goes through them`, async () => {
      await using model = await openFixture(name);
      const plain = await outputOf(model);
      const last = (hook: string) => hook.slice(hook.lastIndexOf('.') + 1);
      const kinds = [...new Set(model.optionalHooks.map(last))];
      const missing = ['hook_q_input', 'hook_k_input', 'hook_v_input', 'hook_result', 'hook_mlp_in'].filter(
        (kind) => !kinds.includes(kind),
      );
      if (!ownWay.includes(model.architecture.modelType)) assert.deepEqual(missing, []);
      for (const kind of name.endsWith('-default') ? [...kinds, 'all'] : ['all']) {
        const hooks = kind === 'all' ? kinds : [kind];
        const edits = hooks.map((hook) => ({ hook: `*.${hook}`, edit: 'scale' as const, value: 1 }));
        assertAllClose(await outputOf(model, edits), plain, tolerance, kind);
      }
      const first = model.optionalHooks.find((hook) => hook.endsWith('hook_result'));
      if (first === undefined) return;
      // What a head writes is what its mixed values become: without them nothing.
      const cut = { heads: [1], positions: [1, 3], edit: 'zero' as const };
      const [byResult, byValues] = await Promise.all(
        ['hook_result', 'hook_z'].map((hook) =>
          outputOf(model, [{ hook: first.replace('hook_result', hook), ...cut }]),
        ),
      );
      assertAllClose(byResult!, byValues!, tolerance, 'without head 1');
      assert.notDeepEqual(byValues!.data, plain.data);
    });
  }

  test('change no bit of anything else where they are captured', async () => {
    await using model = await openFixture('gpt2-unusual');
    const all = [...model.hooks];
    const [plain, looking] = await Promise.all([
      model.run(input, { capture: all }),
      model.run(input, { capture: [...all, ...model.optionalHooks] }),
    ]);
    for (const hook of all)
      assert.deepEqual(looking.activation(hook).data, plain.activation(hook).data, hook);
    const { width, heads } = model.dimensions;
    assert.deepEqual(looking.activation('blocks.0.attn.hook_result').shape, [6, heads, width]);
    assert.deepEqual(looking.activation('blocks.0.hook_q_input').axes, ['position', 'head', 'feature']);
    assert.deepEqual(
      looking.activation('blocks.1.hook_mlp_in'),
      looking.activation('blocks.1.hook_resid_mid'),
    );
  });

  test('are not among those that a glob reaches', async () => {
    await using model = await openFixture('gpt2-unusual');
    const run = await model.run(input, { capture: ['*', 'blocks.*.hook_q_input'] });
    const found = run.hooks.filter((hook) => model.optionalHooks.includes(hook));
    assert.ok(found.length > 0 && found.every((hook) => hook.endsWith('.hook_q_input')));
  });

  for (const name of ['gpt2-default', 'llama-default', 'gpt_neox-default', 'bert-default']) {
    test(`of ${name}: the input of one head's query reaches that head's query alone`, async () => {
      await using model = await openFixture(name);
      const { heads, width } = model.dimensions;
      const value = tensor(
        'F32',
        [width],
        Float32Array.from({ length: width }, (_, i) => Math.sin(i)),
      );
      const capture = ['blocks.1.attn.hook_q', 'blocks.1.attn.hook_k', 'blocks.1.attn.hook_v'];
      const change = { positions: [2], edit: 'replace' as const, value };
      const [same, own, whole] = await Promise.all([
        model.run(input, {
          capture,
          interventions: [{ hook: 'blocks.1.hook_q_input', edit: 'scale', value: 1 }],
        }),
        model.run(input, {
          capture,
          interventions: [{ hook: 'blocks.1.hook_q_input', heads: [1], ...change }],
        }),
        model.run(input, { capture, interventions: [{ hook: 'blocks.1.hook_resid_pre', ...change }] }),
      ]);
      for (const hook of capture.slice(1))
        assert.deepEqual(own.activation(hook).data, same.activation(hook).data);
      const q = f32(own, capture[0]!);
      const [kept, replaced] = [f32(same, capture[0]!), f32(whole, capture[0]!)];
      const size = q.shape[2]!;
      const at = (2 * heads + 1) * size;
      const expected = Float32Array.from(kept.data);
      expected.set(replaced.data.subarray(at, at + size), at);
      assertAllClose(q, { ...kept, data: expected }, tolerance, 'queries');
      assert.notDeepEqual(kept.data.subarray(at, at + size), q.data.subarray(at, at + size));
    });
  }

  for (const name of ['gpt2-default', 'llama-default', 'gptj-default', 'bert-default']) {
    test(`of ${name}: gradients equal finite differences`, async () => {
      await using model = await openFixture(name);
      const target = parseTarget('logit:#20', { position: -1 });
      const readers = ['q', 'k', 'v'].map((part) => `blocks.1.hook_${part}_input`);
      const hooks = [...readers, 'blocks.1.attn.hook_result', 'blocks.1.hook_mlp_in'];
      const run = await model.run(input, { capture: hooks, gradient: { target, of: hooks } });
      const step = 1e-2;
      for (const hook of hooks) {
        const x = f32(run, hook);
        const slope = run.gradient(hook).data as Float32Array;
        const along = x.data.map((_, i) => Math.cos(i * 1.7) / Math.sqrt(x.data.length));
        const expected = along.reduce((sum, each, i) => sum + each * slope[i]!, 0);
        const moved = (by: number) =>
          tensor(
            'F32',
            x.shape,
            x.data.map((each, i) => each + by * along[i]!),
          );
        const [up, down] = await Promise.all(
          [step, -step].map((by) =>
            model.run(input, { capture: [], given: { [hook]: moved(by) }, gradient: { target, of: hook } }),
          ),
        );
        const found = (up!.target.value - down!.target.value) / (2 * step);
        // Logits below 10 are rounded to 1e-6: a difference over two steps is good to 1e-4, its curvature adds as much.
        assert.ok(Math.abs(found - expected) <= 1e-3, `${hook}: ${expected} instead of ${found}`);
      }
    });
  }

  test('take their norms along when those are frozen, and refuse edits that would not reach them', async () => {
    await using model = await openFixture('gpt2-default');
    const target = parseTarget('logit:#20', { position: -1 });
    const of = 'blocks.1.hook_q_input';
    const ask = (freeze: readonly string[]) =>
      model.run(input, { capture: [], gradient: { target, of, freeze } });
    const [free, frozen] = await Promise.all([ask([]), ask(['blocks.1.ln1.hook_scale'])]);
    assert.notDeepEqual(free.gradient(of).data, frozen.gradient(of).data);
    await assert.rejects(
      model.run(input, {
        interventions: [
          { hook: 'blocks.1.hook_q_input', edit: 'zero' },
          { hook: 'blocks.1.ln1.hook_normalized', edit: 'zero' },
        ],
      }),
      /ln1.hook_normalized and blocks.1.hook_q_input cannot be edited/,
    );
  });
});
