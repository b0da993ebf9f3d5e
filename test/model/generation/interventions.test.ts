import assert from 'node:assert/strict';
import { after, suite, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { type Intervention, loadModel, type Model } from '../../../src/index.js';
import { NodeRuntime } from '../../../src/runtime/node.js';
import { tensor } from '../../../src/tensor/index.js';
import { assertAllClose } from '../../allclose.js';
import { checkpointFolder } from '../golden.js';

const runtime = new NodeRuntime();
after(() => runtime.close());

const open = (name: string) => loadModel(fileURLToPath(checkpointFolder(name)), { runtime });
const gpt2 = await open('gpt2-generation');
const count = 6;
const prompt = [11, 26, 12, 7];
const options = { maxNewTokens: count, endTokens: [] };
const vector = (width: number, seed: number) =>
  Array.from({ length: width }, (_, i) => Math.sin(seed + 3 * i));

/** What reading the whole text again for each token gives, with edits of the positions that exist so far. */
async function uncached(model: Model, interventions: readonly Intervention[]) {
  const ids = [...prompt];
  const logProbabilities: number[] = [];
  for (let i = 0; i < count; i++) {
    const here = interventions.flatMap(({ positions, ...rest }): Intervention[] => {
      if (!positions) return [rest];
      const reached = positions
        .map((place) => (place < 0 ? place + prompt.length : place))
        .filter((place) => place < ids.length);
      return reached.length > 0 ? [{ ...rest, positions: reached }] : [];
    });
    const run = await model.run({ tokenIds: ids }, { capture: [], interventions: here });
    const best = run.predictions(1)[0]!.candidates[0]!;
    ids.push(best.id);
    logProbabilities.push(Math.log(best.probability!));
  }
  return { ids, logProbabilities };
}

for (const name of ['gpt2-generation', 'llama-default', 'gemma2-default', 'gptj-default', 'bloom-default']) {
  test(`edits of ${name}: with the cache as without`, async () => {
    await using model = await open(name);
    const { heads, width, layers } = model.dimensions;
    const size = { minLength: 1, maxLength: 4 };
    const positions = fc.option(fc.uniqueArray(fc.integer({ min: -4, max: 8 }), size), { nil: undefined });
    const layer = fc.nat(layers - 1);
    const stream = fc.record({ layer, positions, seed: fc.nat(9), part: fc.constantFrom('pre', 'post') });
    const intervention: fc.Arbitrary<Intervention> = fc.oneof(
      stream.map(({ layer: at, positions: where, seed, part }) => ({
        hook: `blocks.${at}.hook_resid_${part}`,
        ...(where ? { positions: where } : {}),
        edit: 'add' as const,
        value: vector(width, seed),
      })),
      fc
        .record({ layer, positions, head: fc.nat(heads - 1), part: fc.constantFrom('q', 'z', 'pattern') })
        .map(({ layer: at, positions: where, head, part }) => ({
          hook: `blocks.${at}.attn.hook_${part}`,
          heads: [head],
          ...(where ? { positions: where } : {}),
          edit: 'scale' as const,
          value: 0.3,
        })),
      layer.map((at) => ({ hook: `blocks.${at}.attn.hook_result`, heads: [1], edit: 'zero' as const })),
      fc.constant({ hook: 'unembed.hook_in', edit: 'scale' as const, value: 0.7 }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(intervention, { minLength: 1, maxLength: 3 }), async (interventions) => {
        const made = await model.generate({ tokenIds: prompt }, { ...options, interventions });
        const expected = await uncached(model, interventions);
        assert.deepEqual(
          made.tokens.map(({ id }) => id),
          expected.ids,
        );
        for (const [i, value] of made.logProbabilities.entries())
          assert.ok(Math.abs(value - expected.logProbabilities[i]!) <= 1e-5, `${value} at ${i}`);
      }),
      { numRuns: 12, seed: 1 },
    );
  });
}

suite('interventions while generating', () => {
  const steer = (value: number): Intervention => ({ hook: 'blocks.1.hook_resid_pre', edit: 'add', value });

  test('steering by nothing changes no bit', async () => {
    const capture = ['blocks.*.hook_resid_post', 'logits'];
    const [plain, steered] = await Promise.all(
      [[], [steer(0)]].map((interventions) =>
        gpt2.generate({ tokenIds: prompt }, { ...options, capture, interventions }),
      ),
    );
    assert.deepEqual(steered!.tokens, plain!.tokens);
    assert.deepEqual(steered!.logProbabilities, plain!.logProbabilities);
    for (const hook of plain!.run.hooks)
      assert.deepEqual(steered!.run.activation(hook), plain!.run.activation(hook));
  });

  test('what is captured is what is edited, and what one run with the same edits gives', async () => {
    const interventions: Intervention[] = [
      { hook: 'blocks.0.attn.hook_pattern', heads: [0], positions: [2, 5], edit: 'zero' },
      { hook: 'blocks.1.hook_mlp_out', positions: [-1, 4, 7], edit: 'replace', value: 0.5 },
    ];
    const capture = '*';
    const made = await gpt2.generate({ tokenIds: prompt }, { ...options, capture, interventions });
    const places = interventions.map((each) => ({
      ...each,
      positions: each.positions!.map((place) => (place < 0 ? place + prompt.length : place)),
    }));
    const tokenIds = made.tokens.map(({ id }) => id);
    const run = await gpt2.run({ tokenIds }, { capture, interventions: places });
    for (const hook of run.hooks) assertAllClose(made.run.activation(hook), run.activation(hook), 1e-5, hook);
    const edited = made.run.activation('blocks.1.hook_mlp_out').data as Float32Array;
    const { width } = gpt2.dimensions;
    for (const place of [3, 4, 7])
      assert.ok(edited.subarray(place * width, (place + 1) * width).every((x) => x === 0.5));
  });

  test('attention is replaced by the number that was given, at what was read before too', async () => {
    for (const [part, value] of [
      ['hook_attn_scores', 0.1],
      ['hook_attn_scores', -2],
      ['hook_pattern', 0.125],
    ] as const) {
      const hook = `blocks.0.attn.${part}`;
      const places = [2, 6, 8];
      const interventions: Intervention[] = [
        { hook, heads: [1], positions: places, edit: 'replace', value },
        { hook, heads: [0], positions: [7], edit: 'scale', value: 0.5 },
      ];
      const made = await gpt2.generate({ tokenIds: prompt }, { ...options, capture: hook, interventions });
      const tokenIds = made.tokens.map(({ id }) => id);
      const edited = await gpt2.run({ tokenIds }, { capture: hook, interventions });
      const plain = await gpt2.generate(
        { tokenIds: prompt },
        { ...options, capture: hook, interventions: interventions.slice(1) },
      );
      const found = made.run.activation(hook).data as Float32Array;
      const whole = edited.activation(hook).data as Float32Array;
      const length = tokenIds.length;
      const cell = (head: number, to: number, from: number) => (head * length + to) * length + from;
      for (const to of places) {
        for (let from = 0; from <= to; from++) {
          assert.equal(found[cell(1, to, from)], Math.fround(value), `${part} from ${to} to ${from}`);
          assert.equal(whole[cell(1, to, from)], Math.fround(value));
        }
      }
      // And nowhere else.
      for (let to = 0; to < length; to++) {
        for (let from = 0; from <= to; from++) {
          assert.ok(Math.abs(found[cell(0, to, from)]! - whole[cell(0, to, from)]!) <= 1e-5);
          if (!places.includes(to))
            assert.notEqual(found[cell(1, to, from)], Math.fround(value), `${part} from ${to} to ${from}`);
        }
      }
      assert.notDeepEqual(plain.run.activation(hook).data, found);
    }
  });

  test('each text of a batch has its own positions', async () => {
    const inputs = [{ tokenIds: prompt }, { tokenIds: [41, 19] }, { tokenIds: [49, 124, 44, 8, 9, 10] }];
    for (const interventions of [
      [{ hook: 'blocks.0.hook_resid_pre', positions: [0, -1, 6], edit: 'zero' }],
      [
        {
          hook: 'blocks.0.attn.hook_attn_scores',
          heads: [1],
          positions: [1, 6],
          edit: 'replace',
          value: 0.1,
        },
      ],
    ] satisfies Intervention[][]) {
      const together = await gpt2.generateBatch(inputs, { ...options, interventions });
      for (const [i, input] of inputs.entries()) {
        const alone = await gpt2.generate(input, { ...options, interventions });
        assert.deepEqual(together[i]!.tokens, alone.tokens);
        assertAllClose(
          tensor('F64', [count], Float64Array.from(together[i]!.logProbabilities)),
          tensor('F64', [count], Float64Array.from(alone.logProbabilities)),
          1e-5,
          'ln P',
        );
      }
    }
  });

  test('values of other runs reach the positions that they have', async () => {
    const other = { tokenIds: [41, 19, 34, 49, 124, 44] };
    const hook = 'blocks.0.hook_resid_post';
    const from: Intervention = { hook, positions: [1, 5], edit: 'replace', from: other };
    const [made, run] = await Promise.all([
      gpt2.generate({ tokenIds: prompt }, { ...options, capture: hook, interventions: [from] }),
      gpt2.run(other, { capture: hook }),
    ]);
    const { width } = gpt2.dimensions;
    for (const place of [1, 5]) {
      const row = (data: unknown) => (data as Float32Array).slice(place * width, (place + 1) * width);
      assert.deepEqual(row(made.run.activation(hook).data), row(run.activation(hook).data));
    }
    const mean: Intervention = { hook, positions: [7], edit: 'mean', reference: [other] };
    const frozen: Intervention = { hook, positions: [0, -1], edit: 'freeze' };
    const both = [steer(1), frozen, mean];
    const edited = await gpt2.generate(
      { tokenIds: prompt },
      { ...options, capture: hook, interventions: both },
    );
    assert.equal(edited.tokens.length, prompt.length + count);
  });

  const refused: [string, Intervention, RegExp][] = [
    [
      'a mean over the text itself',
      { hook: 'blocks.0.hook_resid_pre', edit: 'mean' },
      /needs reference inputs here/,
    ],
    [
      'freezing what comes',
      { hook: 'blocks.0.hook_resid_pre', edit: 'freeze' },
      /4 positions and reaches all that come/,
    ],
    [
      'a position behind the other run',
      { hook: 'blocks.0.hook_resid_pre', edit: 'replace', from: { tokenIds: [1, 2] }, positions: [3] },
      /from 2 tokens, and position 3 lies behind/,
    ],
    [
      'a pattern of another run',
      { hook: 'blocks.0.attn.hook_pattern', edit: 'replace', from: { tokenIds: prompt } },
      /takes one number here/,
    ],
    [
      'a position that cannot be',
      { hook: 'hook_embed', edit: 'zero', positions: [96] },
      /Position 96 .* 96 that the model can read/,
    ],
    ['a position before the prompt', { hook: 'hook_embed', edit: 'zero', positions: [-5] }, /Position -5/],
    [
      'a hook point that is none',
      { hook: 'blocks.0.hook_rezid_pre', edit: 'zero' },
      /No hook point is named/,
    ],
  ];
  for (const [what, intervention, message] of refused) {
    test(`${what} is refused`, async () => {
      await assert.rejects(
        gpt2.generate({ tokenIds: prompt }, { ...options, interventions: [intervention] }),
        message,
      );
    });
  }
});
