import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { suite, test } from 'node:test';
import type { Tensor } from '../../../src/tensor/index.js';
import { assertAllClose } from '../../allclose.js';
import { paddingTolerance } from '../../tolerances.js';
import { checkpointFolder } from '../golden.js';
import { openFixture } from '../open-fixture.js';
import { type BlockNames, testIdentities } from './identities.js';

/** The names of a pre-norm block whose attention and MLP stand one behind the other. */
export const sequentialBlock: BlockNames = {
  beforeMlp: (layer) => `blocks.${layer}.hook_resid_mid`,
  output: (layer) => `blocks.${layer}.hook_resid_post`,
};

/** The names of a block whose attention and MLP stand side by side. */
export const parallelBlock: BlockNames = { ...sequentialBlock, beforeMlp: undefined };

interface Golden {
  readonly cases: readonly { readonly rounding_gap: number }[];
  readonly greedy?: { readonly prompt: readonly number[]; readonly continuation: readonly number[] };
}

/**
 * Tests what holds for every decoder, on tiny checkpoints: its identities, that a token sees nothing behind it, that
 * the greedy continuation is the reference's, and that continuing step by step is the same as reading at once.
 */
export function testDecoder(checkpoints: readonly string[], names: BlockNames = sequentialBlock): void {
  for (const name of checkpoints) {
    suite(name, async () => {
      const model = await openFixture(name);
      const golden = JSON.parse(
        readFileSync(new URL('golden.json', checkpointFolder(name)), 'utf8'),
      ) as Golden;
      // Sums in another order differ by rounding; how much that is in this checkpoint the reference tells, which was
      // computed in float32 and in float64.
      const rounding = Math.max(paddingTolerance, ...golden.cases.map((each) => 2 * each.rounding_gap));
      testIdentities(model, names);

      test('a token sees nothing behind it', async () => {
        const [short, long] = [
          [5, 9, 11],
          [5, 9, 11, 7, 8, 6],
        ].map((tokenIds) => model.run({ tokenIds }, { capture: 'blocks.*.hook_resid_post' }));
        const hook = `blocks.${model.dimensions.layers - 1}.hook_resid_post`;
        const [a, b] = [(await short!).activation(hook), (await long!).activation(hook)] as Tensor<'F32'>[];
        const part = { ...b!, shape: a!.shape, data: b!.data.subarray(0, a!.data.length) };
        assertAllClose(part, a!, rounding, hook);
      });

      test('step by step is the same as at once', async () => {
        if (model.task !== 'causal-lm') return;
        const capture = ['blocks.*.attn.hook_pattern', 'blocks.*.hook_resid_post'];
        const { run, tokens } = await model.generate({ tokenIds: [5, 9, 11] }, { maxNewTokens: 8, capture });
        const whole = await model.run({ tokenIds: tokens.map(({ id }) => id) }, { capture });
        for (const hook of run.hooks) {
          assertAllClose(run.activation(hook), whole.activation(hook), rounding, hook);
        }
      });

      if (!golden.greedy) return;
      const { prompt, continuation } = golden.greedy;
      test('the greedy continuation is the reference’s', async () => {
        // The reference goes on behind an end token.
        const options = { maxNewTokens: continuation.length, endTokens: [] };
        const { tokens } = await model.generate({ tokenIds: prompt }, options);
        assert.deepEqual(
          tokens.slice(prompt.length).map(({ id }) => id),
          continuation,
        );
      });
    });
  }
}
