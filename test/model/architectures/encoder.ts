import { suite, test } from 'node:test';
import type { Tensor } from '../../../src/tensor/index.js';
import { assertAllClose } from '../../allclose.js';
import { paddingTolerance } from '../../tolerances.js';
import { openFixture } from '../open-fixture.js';
import { type BlockNames, testIdentities } from './identities.js';

/** The names of a post-norm block. */
export const postNormNames: BlockNames = {
  beforeMlp: (layer) => `blocks.${layer}.ln1.hook_normalized`,
  output: (layer) => `blocks.${layer}.hook_normalized_resid_post`,
};

/**
 * Tests what holds for every encoder, on tiny checkpoints: its identities, and that a text gives the same alone and beside
 * a longer one, on whichever side it is filled up.
 */
export function testEncoder(checkpoints: readonly string[], names: BlockNames = postNormNames): void {
  for (const name of checkpoints) {
    suite(name, async () => {
      const model = await openFixture(name);
      testIdentities(model, names);

      for (const padding of ['left', 'right'] as const) {
        test(`padding on the ${padding} changes nothing`, async () => {
          const [short, long] = [
            [5, 9, 11, 7],
            [5, 12, 11, 7, 8, 6, 10, 13, 9],
          ].map((tokenIds) => ({ tokenIds }));
          const capture = '*';
          const alone = await model.run(short!, { capture });
          const [beside] = await model.runBatch([short!, long!], { capture, padding });
          for (const hook of alone.hooks) {
            assertAllClose(
              beside!.activation(hook) as Tensor<'F32'>,
              alone.activation(hook),
              paddingTolerance,
              hook,
            );
          }
        });
      }
    });
  }
}
