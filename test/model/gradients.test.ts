import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { architectures } from '../../src/model/architectures/index.js';
import { sliceRow } from '../../src/model/batch.js';
import { parseTarget } from '../../src/targets/parse-target.js';
import { assertAllClose } from '../allclose.js';
import { referenceTolerance } from '../tolerances.js';
import { checkpointFolder, fixturesFolder, goldenModelType } from './golden.js';
import { gradientGoldens, inputsOf, loadFixture, paddedCase } from './gradient-golden.js';

/** Those with one stack; the two of an encoder-decoder are held in encoder-decoder-golden.test.ts. */
const checkpoints = readdirSync(new URL('gradients/', fixturesFolder))
  .map((file) => file.replace('.safetensors', ''))
  .filter((name) => !hasTwoStacks(name));

test('every model type with one stack has a golden gradient', () => {
  const types = new Set(checkpoints.map(goldenModelType));
  const missing = architectures.map(({ modelType }) => modelType).filter((type) => !types.has(type));
  for (const type of missing) assert.ok(hasTwoStacks(`${type}-default`), `${type} has none`);
});

function hasTwoStacks(name: string): boolean {
  const config: unknown = JSON.parse(readFileSync(new URL('config.json', checkpointFolder(name)), 'utf8'));
  return (config as { is_encoder_decoder?: boolean }).is_encoder_decoder === true;
}

/** Which axes of a hook point's value run along the positions, for cutting off padding. */
function positionAxes(hook: string): string[] {
  if (/hook_(pattern|attn_scores)$/.test(hook)) return ['batch', 'head', 'position', 'position'];
  return hook === 'hook_pooler_out' ? ['batch', 'feature'] : ['batch', 'position', 'feature', 'feature'];
}

for (const name of checkpoints) {
  describe(`gradients of ${name} equal those of torch.autograd`, () => {
    for (const target of ['logit', 'log-probability']) {
      const goldens = gradientGoldens(`gradients/${name}.safetensors`, target);
      if (goldens.size === 0) continue;
      test(target, async () => {
        await using model = await loadFixture(name);
        const golden = paddedCase(name);
        const ids = goldens.get('target.ids')!.data;
        const position = model.task === 'sequence-classification' ? undefined : -1;
        const of = [...goldens.keys()].filter((hook) => !hook.startsWith('target.'));
        assert.ok(of.includes('hook_embed'));
        const targets = Array.from(ids as BigInt64Array, (id) =>
          parseTarget(`${target}:#${id}`, { position }),
        );
        const gradients = (hooks: readonly string[]) =>
          model.runBatch(inputsOf(golden), {
            capture: [],
            padding: golden.padding,
            gradient: { target: targets, of: hooks },
          });
        const runs = await gradients(of);
        // Where nothing else is asked for, the last block works on the rows alone that are read.
        const alone = await gradients(['hook_embed']);
        const width = golden.input_ids[0]!.length;
        for (const [row, run] of runs.entries()) {
          const { length } = run.tokens;
          const place = { start: golden.padding === 'left' ? width - length : 0, length };
          assert.equal(run.target.answers[0]!.id, Number(ids[row]));
          const value = Number(goldens.get('target.value')!.data[row]);
          assert.ok(
            Math.abs(run.target.value - value) <= referenceTolerance,
            `${run.target.value} is not ${value}`,
          );
          for (const hook of of) {
            const type = {
              dtype: 'F32',
              shape: positionAxes(hook).slice(0, goldens.get(hook)!.shape.length),
            } as const;
            const expected = sliceRow(goldens.get(hook)!, type, row, place);
            assertAllClose(run.gradient(hook), expected, referenceTolerance, `${hook} of row ${row}`);
            if (hook === 'hook_embed')
              assertAllClose(alone[row]!.gradient(hook), expected, referenceTolerance, `${hook} alone`);
          }
        }
      });
    }
  });
}
