import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { type Intervention, loadModel, type Model, type Run, type Tensor } from '../../src/index.js';
import { NodeRuntime } from '../../src/runtime/node.js';
import { parseTarget } from '../../src/targets/parse-target.js';
import { assertAllClose } from '../allclose.js';
import { paddingTolerance } from '../tolerances.js';
import { checkpointFolder } from './golden.js';

const runtime = new NodeRuntime();
after(() => runtime.close());

const bert = await loadModel(fileURLToPath(checkpointFolder('bert-default')), { runtime });
const gpt2 = await loadModel(fileURLToPath(checkpointFolder('gpt2-unusual')), { runtime });
const first = { tokenIds: [11, 86, 122, 72, 132, 48] };
const second = { tokenIds: [41, 19, 34, 49, 124, 44] };
const everything = ['hook_*embed', 'blocks.*', 'logits'];

const runWith = (model: Model, interventions: readonly Intervention[], input = first) =>
  model.run(input, { interventions, capture: everything });
const f32 = (value: Tensor) => value as Tensor<'F32'>;
const assertSame = (a: Run, b: Run, hooks: readonly string[] = a.hooks) => {
  for (const hook of hooks) assert.deepEqual(a.activation(hook).data, b.activation(hook).data, hook);
};

for (const model of [bert, gpt2]) {
  describe(`interventions in ${model.architecture.title}`, async () => {
    const clean = await runWith(model, []);
    const other = await runWith(model, [], second);
    const editable = clean.hooks.filter((hook) => !hook.endsWith('hook_scale'));

    test('scaling by 1 and adding 0 changes no bit, at any hook point', async () => {
      for (const hook of editable) {
        assertSame(await runWith(model, [{ hook, edit: 'scale', value: 1 }]), clean);
        assertSame(await runWith(model, [{ hook, edit: 'add', value: 0 }]), clean);
      }
    });

    test('patching the whole stream from another input gives exactly its run', async () => {
      for (let layer = 0; layer < model.dimensions.layers; layer++) {
        const hook = `blocks.${layer}.hook_resid_pre`;
        const patched = await runWith(model, [{ hook, edit: 'replace', from: second }]);
        assertSame(patched, other, [hook, `blocks.${layer}.hook_resid_post`, 'logits']);
      }
    });

    test('patching a value with itself, whole or in parts, gives exactly this run', async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.constantFrom(...editable),
          fc.subarray([0, 1, 2, 3, 4, 5], { minLength: 1 }),
          async (hook, positions) => {
            const chosen =
              /hook_(attn_scores|pattern)|logits|embed|hook_[qkvz]$|resid|out$|mlp|normalized/.test(hook)
                ? { positions }
                : {};
            const patched = await runWith(model, [{ hook, edit: 'replace', from: first, ...chosen }]);
            assertSame(patched, clean, ['logits']);
          },
        ),
        { numRuns: 40 },
      );
    });

    test('zeroing the output of a head equals zeroing its pattern and its values', async () => {
      for (let head = 0; head < model.dimensions.heads; head++) {
        const zero = (name: string) =>
          runWith(model, [{ hook: `blocks.1.attn.${name}`, heads: [head], edit: 'zero' }]);
        const byOutput = await zero('hook_z');
        assert.notDeepEqual(byOutput.activation('logits').data, clean.activation('logits').data);
        assertSame(await zero('hook_pattern'), byOutput, ['logits', 'blocks.1.attn.hook_z']);
        assertSame(await zero('hook_v'), byOutput, ['logits', 'blocks.1.attn.hook_z']);
      }
    });

    test('an edit reaches its own heads and positions and nothing else', async () => {
      const edited = await runWith(model, [
        { hook: 'blocks.0.attn.hook_z', heads: [1], positions: [2, -1], edit: 'add', value: 3 },
      ]);
      const [before, after] = [clean, edited].map((run) => f32(run.activation('blocks.0.attn.hook_z')));
      const [length, heads, width] = before!.shape as [number, number, number];
      for (let i = 0; i < before!.data.length; i++) {
        const head = Math.floor(i / width) % heads;
        const position = Math.floor(i / (width * heads));
        const added = head === 1 && (position === 2 || position === length - 1) ? 3 : 0;
        assert.equal(after!.data[i], Math.fround(before!.data[i]! + added));
      }
    });

    test('a frozen pattern stays what it was while the stream below it changes', async () => {
      const noise: Intervention = { hook: 'hook_embed', positions: [1], edit: 'add', value: 0.7 };
      const free = await runWith(model, [noise]);
      const held = await runWith(model, [noise, { hook: 'blocks.*.attn.hook_pattern', edit: 'freeze' }]);
      assert.notDeepEqual(
        free.activation('blocks.1.attn.hook_pattern').data,
        clean.activation('blocks.1.attn.hook_pattern').data,
      );
      assertSame(held, clean, ['blocks.0.attn.hook_pattern', 'blocks.1.attn.hook_pattern']);
      assert.notDeepEqual(held.activation('logits').data, free.activation('logits').data);
    });

    test('the mean over positions and over reference inputs is the mean', async () => {
      const hook = 'blocks.1.hook_attn_out';
      const own = f32((await runWith(model, [{ hook, edit: 'mean' }])).activation(hook));
      const width = own.shape[1]!;
      const values = [clean, other].map((run) => f32(run.activation(hook)));
      const meanAt = (runs: readonly Tensor<'F32'>[], feature: number, position?: number) => {
        const cells = runs.flatMap(({ data, shape }) =>
          Array.from({ length: shape[0]! }, (_, i) =>
            position === undefined || position === i ? [data[i * width + feature]!] : [],
          ).flat(),
        );
        return cells.reduce((a, b) => a + b, 0) / cells.length;
      };
      assert.ok(Math.abs(own.data[3 * width + 2]! - meanAt([values[0]!], 2)) < 1e-6);
      const reference = [first, second];
      const batch = f32(
        (await runWith(model, [{ hook, edit: 'mean', reference, over: 'batch' }])).activation(hook),
      );
      const both = f32((await runWith(model, [{ hook, edit: 'mean', reference }])).activation(hook));
      assert.ok(Math.abs(batch.data[3 * width + 2]! - meanAt(values, 2, 3)) < 1e-6);
      assert.ok(Math.abs(both.data[3 * width + 2]! - meanAt(values, 2)) < 1e-6);
    });

    test('masked scores can be replaced, and a replaced score shows in the pattern', async () => {
      const run = await runWith(model, [
        { hook: 'blocks.0.attn.hook_attn_scores', heads: [0], positions: [3], edit: 'zero' },
      ]);
      const pattern = f32(run.activation('blocks.0.attn.hook_pattern'));
      for (let source = 0; source < 6; source++)
        assert.ok(Math.abs(pattern.data[3 * 6 + source]! - 1 / 6) < 1e-6);
    });

    test('a batch of unequal lengths, padded on either side, is edited like each input alone', async () => {
      const inputs = [first, { tokenIds: [7, 8, 9] }];
      const interventions: Intervention[] = [
        { hook: 'blocks.0.attn.hook_z', heads: [0], positions: [-1], edit: 'scale', value: -2 },
        { hook: 'blocks.1.attn.hook_pattern', heads: [1], edit: 'replace', value: 0.25 },
        {
          hook: 'blocks.1.hook_resid_pre',
          positions: [0],
          edit: 'add',
          value: Array.from({ length: model.dimensions.width }, (_, i) => i / 10),
        },
      ];
      const single = await Promise.all(inputs.map((input) => runWith(model, interventions, input)));
      for (const padding of ['left', 'right'] as const) {
        if (padding === 'left' && !model.architecture.causal) continue;
        const batch = await model.runBatch(inputs, { interventions, capture: everything, padding });
        for (const [i, run] of batch.entries()) {
          for (const hook of ['blocks.0.hook_resid_post', 'blocks.1.hook_resid_post', 'logits']) {
            assertAllClose(
              run.activation(hook),
              single[i]!.activation(hook),
              paddingTolerance,
              `${padding} ${hook}`,
            );
          }
        }
      }
    });

    test('a sweep gives what single runs give', async () => {
      const layers = Array.from({ length: model.dimensions.layers }, (_, layer) => layer);
      const variants: Intervention[][] = [
        [],
        ...layers.flatMap((layer) => [
          [{ hook: `blocks.${layer}.attn.hook_z`, heads: [1], edit: 'zero' as const }],
          [
            {
              hook: `blocks.${layer}.hook_resid_pre`,
              positions: [2],
              edit: 'replace' as const,
              from: second,
            },
          ],
          [{ hook: `blocks.${layer}.mlp.hook_post`, positions: [0, 1], edit: 'mean' as const }],
        ]),
        [
          { hook: 'blocks.*.attn.hook_pattern', heads: [0], edit: 'freeze' },
          { hook: 'hook_embed', positions: [0], edit: 'scale', value: 0.5 },
        ],
      ];
      const capture = ['logits', 'blocks.1.hook_resid_post'];
      const swept = await model.sweep(first, variants, { capture });
      assert.equal(swept.length, variants.length);
      for (const [i, interventions] of variants.entries()) {
        const single = await model.run(first, { interventions, capture });
        for (const hook of capture)
          assertAllClose(
            swept[i]!.activation(hook),
            single.activation(hook),
            paddingTolerance,
            `variant ${i} ${hook}`,
          );
      }
    });

    test('gradients of a sweep are those of single runs with the same edits', async () => {
      const variants: Intervention[][] = [
        [],
        [{ hook: 'blocks.1.attn.hook_z', heads: [1], edit: 'zero' }],
        [{ hook: 'blocks.0.hook_resid_post', positions: [2], edit: 'replace', from: second }],
        [{ hook: 'blocks.1.hook_mlp_out', positions: [1], edit: 'scale', value: 0.5 }],
      ];
      const position = 1;
      const targets = variants.map((_, i) => parseTarget(`logit:#${20 + i}`, { position }));
      const of = ['hook_embed', 'blocks.1.hook_resid_pre', 'blocks.1.attn.hook_z'];
      const swept = await model.sweep(first, variants, { gradient: { target: targets, of } });
      for (const [i, interventions] of variants.entries()) {
        const single = await model.run(first, {
          ...{ interventions, capture: [] },
          gradient: { target: targets[i]!, of },
        });
        for (const hook of of)
          assertAllClose(swept[i]!.gradient(hook), single.gradient(hook), paddingTolerance, `${i} ${hook}`);
      }
      const zeroed = swept[1]!.gradient('blocks.1.attn.hook_z') as Tensor<'F32'>;
      const [, heads, width] = zeroed.shape as [number, number, number];
      const atHead = (head: number) =>
        zeroed.data.subarray((heads + head) * width, (heads + head + 1) * width);
      // A gradient is that at the value that is read behind the edit.
      assert.ok(atHead(1).some((value) => value !== 0) && atHead(0).some((value) => value !== 0));
    });
  });
}

test('an edit of the logits, or of what they are made of, reaches the predictions', async () => {
  const best = async (interventions: readonly Intervention[]) =>
    (await gpt2.run(first, { interventions, capture: [] })).predictions(1)[0]!.candidates[0]!;
  const clean = await best([]);
  const negated = await best([{ hook: 'unembed.hook_in', edit: 'scale', value: -1 }]);
  assert.notEqual(negated.id, clean.id);
  // All positions are unembedded here and one there: sums in another order.
  const raised = await best([{ hook: 'logits', edit: 'add', value: 2 }]);
  assert.ok(Math.abs(raised.score - clean.score - 2) <= paddingTolerance);
});

test('what cannot be edited is refused in one sentence', async () => {
  const refused = async (intervention: unknown, message: RegExp) =>
    assert.rejects(gpt2.run(first, { interventions: [intervention as Intervention] }), {
      name: 'PellucidError',
      message,
    });
  await refused({ hook: 'blocks.0.attn.hook_zz', edit: 'zero' }, /hook_zz".*nearest.*hook_z"/);
  await refused(
    { hook: 'blocks.0.attn.hook_z', heads: [9], edit: 'zero' },
    /Head 9 .* there are 3, counted from 0 to 2/,
  );
  await refused({ hook: 'blocks.0.attn.hook_z', positions: [6], edit: 'zero' }, /Position 6 .* there are 6/);
  await refused({ hook: 'blocks.0.hook_resid_pre', heads: [0], edit: 'zero' }, /has no heads/);
  await refused({ hook: 'blocks.0.attn.hook_z', edit: 'replace' }, /needs a value/);
  await refused({ hook: 'blocks.0.attn.hook_z', edit: 'scale' }, /needs a number/);
  await refused({ hook: 'blocks.0.attn.hook_z', edit: 'add', value: Number.NaN }, /finite/);
  await refused(
    { hook: 'blocks.0.hook_resid_pre', edit: 'replace', value: [1, 2] },
    /shape \[2\].*\[6, 24\]/,
  );
  await refused({ hook: 'blocks.0.attn.hook_z', edit: 'remove' }, /no edit "remove"/);
  await assert.rejects(
    gpt2.run(first, {
      interventions: [
        { hook: 'blocks.0.attn.hook_z', heads: [0, 1], edit: 'zero' },
        { hook: 'blocks.*.attn.hook_z', heads: [1], edit: 'mean' },
      ],
    }),
    /Two edits of blocks\.0\.attn\.hook_z replace the same value/,
  );
  await assert.rejects(
    gpt2.run(first, { interventions: [{ hook: 'blocks.0.hook_resid_mid', edit: 'scale', value: 3e38 }] }),
    { code: 'non-finite', message: /layer 0.*edit/ },
  );
});
