import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { sliceRow } from '../../src/model/batch.js';
import { parseTarget } from '../../src/targets/parse-target.js';
import { assertAllClose } from '../allclose.js';
import { referenceTolerance } from '../tolerances.js';
import { fixturesFolder, goldenCases } from './golden.js';
import { goldenRows } from './golden-check.js';
import { gradientGoldens } from './gradient-golden.js';
import { openFixture } from './open-fixture.js';

/** Of those whose default checkpoint has a gradient golden: one of each family. */
const families = ['bart', 'm2m_100', 'marian', 'mbart', 'mt5', 'pegasus', 't5'];

for (const name of families.map((family) => `${family}-default`)) {
  describe(`gradients of ${name} equal those of torch.autograd, in both stacks`, () => {
    for (const target of ['logit', 'log-probability']) {
      test(target, async () => {
        const model = await openFixture(name);
        const golden = goldenCases(name).find((each) => each.name === 'batch')!;
        const rows = goldenRows(golden);
        const goldens = gradientGoldens(`gradients/${name}.safetensors`, target);
        const ids = Array.from(goldens.get('target.ids')!.data as BigInt64Array, Number);
        const of = [...goldens.keys()].filter((hook) => !hook.startsWith('target.'));
        assert.ok(of.includes('encoder.hook_embed') && of.includes('decoder.hook_embed'));
        const inputs = rows.map(({ tokens, source }) => ({
          tokenIds: source!.tokens.map(({ id }) => id),
          decoderTokenIds: tokens.map(({ id }) => id),
        }));
        const gradient = { target: ids.map((id) => parseTarget(`${target}:#${id}`)), of };
        const runs = await model.runBatch(inputs, { capture: [], gradient });
        for (const [row, run] of runs.entries()) {
          const value = Number(goldens.get('target.value')!.data[row]);
          assert.ok(Math.abs(run.target.value - value) <= referenceTolerance);
          for (const hook of of) {
            const { length } = hook.startsWith('encoder.') ? run.tokens : run.decoderTokens!;
            const type = { dtype: 'F32', shape: ['batch', 'position', 'feature'] } as const;
            const expected = sliceRow(goldens.get(hook)!, type, row, { start: 0, length });
            assertAllClose(run.gradient(hook), expected, referenceTolerance, `${hook} of row ${row}`);
          }
        }
      });
    }
  });
}

for (const name of ['mt5-default', 't5-default']) {
  test(`64 greedy ids of ${name} are the reference’s, with the cache and without`, async () => {
    const model = await openFixture(name);
    const file = new URL(`generation/${name}.json`, fixturesFolder);
    const { prompt, decoder_input_ids, continuation } = JSON.parse(readFileSync(file, 'utf8')) as Readonly<
      Record<string, number[]>
    >;
    const input = { tokenIds: prompt!, decoderTokenIds: decoder_input_ids! };
    const { tokens } = await model.generate(input, { maxNewTokens: continuation!.length, endTokens: [] });
    const all = tokens.map(({ id }) => id);
    assert.deepEqual(all, [...decoder_input_ids!, ...continuation!]);
    // Read at once, each position's best answer is the next token.
    const read = { tokenIds: prompt!, decoderTokenIds: all.slice(0, -1) };
    const whole = await model.run(read, { capture: [], answers: 'all' });
    assert.deepEqual(
      whole.predictions(1).map(({ candidates }) => candidates[0]!.id),
      continuation,
    );
  });
}
