import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import type { Model, Run } from '../../../src/model/index.js';
import { parseTarget } from '../../../src/targets/parse-target.js';
import type { Tensor } from '../../../src/tensor/index.js';
import { assertAllClose } from '../../allclose.js';
import { toDoubles } from '../../kernels/kernel.js';
import { fusedMatMul } from '../../kernels/matrix.js';
import { transpose } from '../../kernels/rearrange.js';
import { paddingTolerance, rowSumTolerance } from '../../tolerances.js';
import { checkpointFolder } from '../golden.js';
import { openFixture } from '../open-fixture.js';
import { float, sumOf } from './identities.js';

/** One rounding of a sum of two numbers below 8, and of a product of 24 pairs. */
const tolerance = 1e-5;

/** Where norms stand: in front of each part of a block, or behind each sum. */
export type NormOrder = 'norms first' | 'norms last';

interface Golden {
  readonly cases: readonly { readonly rounding_gap: number }[];
  readonly greedy: {
    readonly prompt: readonly number[];
    readonly decoder_input_ids: readonly number[];
    readonly continuation: readonly number[];
  };
}

const short = { tokenIds: [9, 7, 11], decoderTokenIds: [6, 8, 10, 12, 14, 7] };
const long = { tokenIds: [6, 13, 8, 12, 10, 9, 7, 11], decoderTokenIds: [6, 20] };
/** As long as `short`, with other tokens. */
const other = { tokenIds: [15, 22, 31], decoderTokenIds: [6, 33, 9, 41, 17, 28] };

/**
 * Tests what holds for every encoder-decoder, on tiny checkpoints: the identities of its blocks, batches, what the decoder
 * may see, interventions, derivatives, running block by block, and the reference's greedy continuation.
 */
export function testEncoderDecoder(checkpoints: readonly string[], order: NormOrder): void {
  for (const name of checkpoints) {
    suite(name, async () => {
      const model = await openFixture(name);
      const golden = JSON.parse(
        readFileSync(new URL('golden.json', checkpointFolder(name)), 'utf8'),
      ) as Golden;
      // Sums in another order differ by rounding; how much that is in this checkpoint the reference tells.
      const rounding = Math.max(paddingTolerance, ...golden.cases.map((each) => 2 * each.rounding_gap));
      testBlocks(model, order);
      testBatches(model, rounding);
      testChanges(model, rounding);
      testGeneration(model, golden, rounding);
    });
  }
}

function testBlocks(model: Model, order: NormOrder): void {
  const { vocabularySize, decoder } = model.dimensions;
  const ids = (size: number) => fc.array(fc.nat(size - 1), { minLength: 1, maxLength: 20 });
  const input = fc.record({ tokenIds: ids(vocabularySize), decoderTokenIds: ids(decoder!.vocabularySize) });

  test('the hook points of the blocks agree with each other, for any tokens', async () => {
    await fc.assert(
      fc.asyncProperty(input, async (each) => {
        const run = await model.run(each, { capture: '*' });
        for (const stack of ['encoder', 'decoder'] as const) assertStack(run, model, stack, order);
      }),
      { numRuns: 8, seed: 1 },
    );
  });

  test('the decoder sees nothing behind a token, and the encoder everything', async () => {
    const ending = model.hooks.findLast((hook) => /^decoder\.blocks\..*resid_post$/.test(hook))!;
    const capture = [ending, 'encoder.blocks.0.hook_attn_out'];
    const whole = await model.run(short, { capture });
    const cut = await model.run(
      { ...short, decoderTokenIds: short.decoderTokenIds.slice(0, 4) },
      { capture },
    );
    const first = float(cut, ending);
    const part = {
      ...float(whole, ending),
      shape: first.shape,
      data: float(whole, ending).data.subarray(0, first.data.length),
    };
    assertAllClose(part, first, tolerance, ending);
    const read = await model.run({ ...short, tokenIds: short.tokenIds.slice(0, 2) }, { capture });
    const [more, less] = [whole, read].map((run) => float(run, 'encoder.blocks.0.hook_attn_out').data[0]!);
    assert.ok(Math.abs(more! - less!) > 1e-4, 'a token of the encoder does not see the one behind it');
  });
}

function assertStack(run: Run, model: Model, stack: 'encoder' | 'decoder', order: NormOrder): void {
  const { layers, decoder } = model.dimensions;
  const count = stack === 'encoder' ? layers : decoder!.layers;
  const near = (expected: Tensor, hook: string) =>
    assertAllClose(float(run, hook), expected, tolerance, hook);
  for (let layer = 0; layer < count; layer++) {
    const block = `${stack}.blocks.${layer}`;
    const stream = (name: string) => `${block}.hook_${name}`;
    const normed = (index: number, sum: string) =>
      order === 'norms first' ? stream(sum) : `${block}.ln${index}.hook_normalized`;
    near(sumOf(run, stream('resid_pre'), stream('attn_out')), stream('resid_mid'));
    if (stack === 'decoder') {
      near(sumOf(run, normed(1, 'resid_mid'), stream('cross_attn_out')), stream('resid_mid_cross'));
      assert.deepEqual(float(run, stream('cross_attn_in')).data, float(run, normed(1, 'resid_mid')).data);
      assertAttention(run, `${block}.cross_attn`);
    }
    const before = stack === 'decoder' ? normed(2, 'resid_mid_cross') : normed(1, 'resid_mid');
    near(sumOf(run, before, stream('mlp_out')), stream('resid_post'));
    assertAttention(run, `${block}.attn`);
    if (layer === 0) continue;
    const left = `${stack}.blocks.${layer - 1}.hook_${order === 'norms first' ? '' : 'normalized_'}resid_post`;
    assert.deepEqual(float(run, stream('resid_pre')), float(run, left));
  }
}

/** Rows of the pattern sum to 1, and z of a head is its pattern times its values. */
function assertAttention(run: Run, name: string): void {
  const pattern = float(run, `${name}.hook_pattern`);
  const cross = name.endsWith('cross_attn');
  const destinations = name.startsWith('encoder') ? run.tokens : run.decoderTokens!;
  const sources = name.startsWith('encoder') || cross ? run.tokens : run.decoderTokens!;
  assert.deepEqual(pattern.shape.slice(1), [destinations.length, sources.length]);
  const length = pattern.shape.at(-1)!;
  for (let start = 0; start < pattern.data.length; start += length) {
    const sum = pattern.data.subarray(start, start + length).reduce((a, b) => a + b, 0);
    assert.ok(Math.abs(sum - 1) <= rowSumTolerance, `a row of ${name} sums to ${sum}`);
  }
  const [values] = transpose([toDoubles(run.activation(`${name}.hook_v`))], { perm: [1, 0, 2] });
  const [mixed] = fusedMatMul([toDoubles(pattern), values!], {});
  const [z] = transpose([mixed!], { perm: [1, 0, 2] });
  assertAllClose(float(run, `${name}.hook_z`), z!, tolerance, `${name}.hook_z`);
}

function testBatches(model: Model, rounding: number): void {
  for (const padding of ['left', 'right'] as const) {
    test(`padding on the ${padding} of both sequences changes nothing`, async () => {
      const alone = await Promise.all([short, long].map((each) => model.run(each, { capture: '*' })));
      const beside = await model.runBatch([short, long], { capture: '*', padding });
      for (const [i, run] of alone.entries()) {
        for (const hook of run.hooks) {
          assertAllClose(float(beside[i]!, hook), float(run, hook), rounding, `${hook} of row ${i}`);
        }
      }
    });

    test(`parts of hook points, padded on the ${padding}, are parts of the whole`, async () => {
      const capture = [
        { hook: 'decoder.blocks.0.cross_attn.hook_pattern', heads: [1], positions: [-1] },
        { hook: 'encoder.blocks.0.hook_resid_pre', positions: [-1] },
      ];
      const whole = await Promise.all([short, long].map((each) => model.run(each, { capture: '*' })));
      const parts = await model.runBatch([short, long], { capture, padding });
      for (const [i, run] of parts.entries()) {
        const stream = float(whole[i]!, 'encoder.blocks.0.hook_resid_pre');
        const last = { ...stream, shape: [1, stream.shape[1]!], data: stream.data.slice(-stream.shape[1]!) };
        assertAllClose(float(run, 'encoder.blocks.0.hook_resid_pre'), last, rounding, 'the last token');
        const pattern = float(whole[i]!, 'decoder.blocks.0.cross_attn.hook_pattern');
        const [, destinations, sources] = pattern.shape as [number, number, number];
        const from = (2 * destinations - 1) * sources;
        const row = { ...pattern, shape: [1, 1, sources], data: pattern.data.slice(from, from + sources) };
        assertAllClose(float(run, 'decoder.blocks.0.cross_attn.hook_pattern'), row, rounding, 'a row');
      }
    });
  }

  test('block by block gives the same as at once', async () => {
    const [whole, segmented] = await Promise.all([
      model.run(short, { capture: '*' }),
      model.run(short, { capture: '*', memory: 'low' }),
    ]);
    for (const hook of whole.hooks)
      assertAllClose(float(segmented, hook), float(whole, hook), rounding, hook);
    assert.equal((await model.estimate(short, { memory: 'low' })).mode, 'segmented');
  });
}

function testChanges(model: Model, rounding: number): void {
  const output = model.hooks.includes('logits') ? 'logits' : 'decoder.ln_final.hook_normalized';

  test('patching everything that enters gives the other run, patching nothing this one', async () => {
    const capture = output;
    const [wanted, plain] = await Promise.all([model.run(other, { capture }), model.run(short, { capture })]);
    const patch = (hook: string) => ({ hook, edit: 'replace', from: other }) as const;
    const first = ['encoder.blocks.0.hook_resid_pre', 'decoder.blocks.0.hook_resid_pre'].map(patch);
    const last = patch(model.hooks.findLast((hook) => hook.startsWith('decoder.'))!);
    for (const interventions of [first, [last]]) {
      const run = await model.run(short, { capture, interventions });
      assertAllClose(float(run, output), float(wanted, output), rounding, interventions[0]!.hook);
    }
    const freeze = [{ hook: 'decoder.blocks.*.cross_attn.hook_pattern', edit: 'freeze' }] as const;
    const run = await model.run(short, { capture, interventions: freeze });
    assertAllClose(float(run, output), float(plain, output), rounding, 'frozen patterns');
  });

  test('a sweep over heads of all stacks is the same as single runs', async () => {
    const { layers, decoder } = model.dimensions;
    const hooks = [
      `encoder.blocks.${layers - 1}.attn.hook_z`,
      `decoder.blocks.${decoder!.layers - 1}.attn.hook_pattern`,
      `decoder.blocks.${decoder!.layers - 1}.cross_attn.hook_pattern`,
      'decoder.blocks.0.cross_attn.hook_v',
    ];
    const variants = hooks.map((hook) =>
      /hook_[zv]$/.test(hook)
        ? [{ hook, heads: [1], positions: [-1], edit: 'zero' as const }]
        : [{ hook, heads: [1], edit: 'zero' as const }],
    );
    const [plain, ...single] = await Promise.all(
      [[], ...variants].map((interventions) => model.run(short, { capture: output, interventions })),
    );
    for (const [i, run] of (await model.sweep(short, variants, { capture: output })).entries()) {
      assertAllClose(float(run, output), float(single[i]!, output), rounding, hooks[i]!);
      const effect = float(run, output).data.reduce(
        (most, value, at) => Math.max(most, Math.abs(value - float(plain!, output).data[at]!)),
        0,
      );
      assert.ok(effect > 1e-4, `${hooks[i]} has no effect`);
    }
  });

  test('derivatives with respect to both embeddings equal finite differences', async () => {
    const target = parseTarget('logit:#20');
    const embeddings = ['encoder.hook_embed', 'decoder.hook_embed'];
    const derived = await model.run(short, { capture: [], gradient: { target, of: embeddings } });
    for (const hook of embeddings) {
      const slope = derived.gradient(hook) as Tensor<'F32'>;
      const size = Math.hypot(...slope.data);
      // Short enough to cross no corner of a ReLU, long enough against the rounding of the logits (1e-6).
      const step = 0.0005;
      const along = { ...slope, data: slope.data.map((value) => (value / size) * step) };
      const [up, down] = await Promise.all(
        [1, -1].map(async (sign) => {
          const value = { ...along, data: along.data.map((each) => each * sign) };
          const interventions = [{ hook, edit: 'add', value } as const];
          const { shape, data } = float(
            await model.run(short, { capture: 'logits', interventions }),
            'logits',
          );
          return data[(shape[0]! - 1) * shape[1]! + 20]!;
        }),
      );
      const found = (up! - down!) / (2 * step);
      assert.ok(Math.abs(found - size) <= 5e-3 * Math.max(1, size), `${hook}: ${size} instead of ${found}`);
    }
  });
}

function testGeneration(model: Model, { greedy }: Golden, rounding: number): void {
  const { prompt, decoder_input_ids: decoderTokenIds, continuation } = greedy;
  const endTokens: number[] = [];

  test('the greedy continuation is the reference’s, alone and beside a longer text', async () => {
    // The reference goes on behind an end token.
    const options = { maxNewTokens: continuation.length, endTokens };
    const input = { tokenIds: prompt, decoderTokenIds };
    const rows = [
      await model.generate(input, options),
      (await model.generateBatch([input, long], options))[0]!,
    ];
    for (const { tokens, promptLength } of rows)
      assert.deepEqual(
        tokens.slice(promptLength).map(({ id }) => id),
        continuation,
      );
  });

  test('step by step is the same as at once', async () => {
    const capture = ['encoder.blocks.*', 'decoder.blocks.*'];
    const options = { maxNewTokens: 8, endTokens, capture };
    const inputs = [{ tokenIds: short.tokenIds }, long];
    for (const [i, { run, tokens }] of (await model.generateBatch(inputs, options)).entries()) {
      const decoderTokenIds = tokens.map(({ id }) => id);
      const whole = await model.run({ tokenIds: inputs[i]!.tokenIds, decoderTokenIds }, { capture });
      assert.deepEqual([...run.hooks].sort(), [...whole.hooks].sort());
      for (const hook of whole.hooks) assertAllClose(float(run, hook), float(whole, hook), rounding, hook);
      assert.equal(run.attention({ layer: 0, head: 0 }).values.shape[0], tokens.length);
    }
  });

  test('interventions reach what the encoder read and what is written, as in a run of the whole', async () => {
    const hook = 'decoder.blocks.0.hook_resid_pre';
    const interventions = [
      { hook: 'encoder.blocks.0.attn.hook_z', heads: [1], positions: [-1], edit: 'zero' },
      { hook: 'decoder.blocks.0.cross_attn.hook_pattern', heads: [0], edit: 'scale', value: 0.5 },
      { hook, positions: [1], edit: 'zero' },
    ] as const;
    const capture = model.hooks.findLast((name) => /^decoder\.blocks.*resid_post$/.test(name))!;
    const options = { maxNewTokens: 6, endTokens, capture, interventions };
    const inputs = [short, long];
    for (const [i, { run, tokens }] of (await model.generateBatch(inputs, options)).entries()) {
      const decoderTokenIds = tokens.map(({ id }) => id);
      const whole = await model.run(
        { tokenIds: inputs[i]!.tokenIds, decoderTokenIds },
        { capture, interventions },
      );
      assertAllClose(float(run, capture), float(whole, capture), rounding, capture);
    }
  });
}
