import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Model } from '../../src/model/index.js';
import { parseTarget } from '../../src/targets/parse-target.js';
import { elementCount, type Tensor, tensor } from '../../src/tensor/index.js';
import { randomNumbers } from '../graph/operator-inputs.js';
import { loadFixture } from './gradient-golden.js';

/**
 * A step along a direction of length 1. Logits below 10 are rounded to 1e-6, so that differences over two steps are good
 * to 1e-4 at best, and the curvature of these models adds about as much.
 */
const step = 0.01;
const tolerance = 1e-3;

function direction(shape: readonly number[], seed: number): Float32Array {
  const random = randomNumbers(seed);
  const values = Float32Array.from({ length: elementCount(shape) }, () => random.next().value - 0.5);
  const length = Math.hypot(...values);
  return values.map((value) => value / length);
}

/** Two values side by side as a batch, a step to either side of x. */
function bothSides(x: Tensor<'F32'>, along: Float32Array): Tensor<'F32'> {
  const data = new Float32Array(2 * x.data.length);
  for (const [i, value] of x.data.entries()) {
    data[i] = value + step * along[i]!;
    data[x.data.length + i] = value - step * along[i]!;
  }
  return tensor('F32', [2, ...x.shape], data);
}

/** Holds the gradient at each hook point against the change of the target when another value is given there. */
async function check(model: Model, text: string, hooks: readonly string[], frozen: readonly string[]) {
  const target = parseTarget('logit:#20', { position: -1 });
  const gradient = { target, of: hooks, freeze: frozen };
  const run = await model.run(text, { capture: hooks, gradient });
  for (const [seed, hook] of hooks.entries()) {
    const x = run.activation(hook) as Tensor<'F32'>;
    const along = direction(x.shape, seed);
    const slope = run.gradient(hook).data as Float32Array;
    const expected = along.reduce((sum, value, i) => sum + value * slope[i]!, 0);
    const [up, down] = await model.runBatch([text, text], {
      capture: [],
      given: { [hook]: bothSides(x, along) },
      interventions: frozen.filter((each) => each !== hook).map((each) => ({ hook: each, edit: 'freeze' })),
      gradient: { target, of: hook },
    });
    const found = (up!.target.value - down!.target.value) / (2 * step);
    assert.ok(Math.abs(found - expected) <= tolerance, `${hook}: ${expected} instead of ${found}`);
  }
}

const texts = { 'bert-default': 'the dog sat by [MASK] door', 'gpt2-default': 'to the dog' };

for (const [name, text] of Object.entries(texts)) {
  describe(`gradients of ${name} equal finite differences`, () => {
    test('at every hook point of a block and around the blocks', async () => {
      await using model = await loadFixture(name);
      const hooks = model.hooks.filter((hook) => /^(blocks\.1\.|(?!blocks|hook_pooler|hook_nsp))/.test(hook));
      assert.ok(hooks.includes('blocks.1.ln1.hook_scale') && hooks.includes('logits'));
      await check(model, text, hooks, []);
    });

    test('with attention patterns, scales and an MLP frozen', async () => {
      await using model = await loadFixture(name);
      const scales = model.hooks.filter((hook) => hook.endsWith('hook_scale'));
      const frozen = [
        'blocks.0.attn.hook_pattern',
        'blocks.1.attn.hook_pattern',
        'blocks.0.hook_mlp_out',
        ...scales,
      ];
      await check(model, text, ['hook_embed', 'blocks.1.hook_resid_pre', 'blocks.1.ln1.hook_scale'], frozen);
    });
  });
}
