import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { type Intervention, loadModel, type Model, type ModelInput, type Tensor } from '../../src/index.js';
import { NodeRuntime } from '../../src/runtime/node.js';
import { assertAllClose } from '../allclose.js';
import { paddingTolerance } from '../tolerances.js';
import { checkpointFolder, fixturesFolder, goldenModelType } from './golden.js';

const runtime = new NodeRuntime();
const opened = new Map<string, Promise<Model>>();
after(() => runtime.close());

/** One tiny checkpoint of each model type. */
const names = readdirSync(new URL('checkpoints/', fixturesFolder)).filter((name) =>
  name.endsWith('-default'),
);

/** A model, opened once. */
function modelOf(name: string): Promise<Model> {
  const model = opened.get(name) ?? loadModel(fileURLToPath(checkpointFolder(name)), { runtime });
  opened.set(name, model);
  return model;
}

/** Token ids that every fixture has, none of them special, in texts of one batch. */
const texts = fc.array(fc.array(fc.integer({ min: 8, max: 40 }), { minLength: 1, maxLength: 6 }), {
  minLength: 1,
  maxLength: 3,
});

/** What every architecture must keep, whichever hook point, positions and batch are chosen. */
const trial = fc.record({
  name: fc.constantFrom(...names),
  texts,
  hook: fc.nat(),
  position: fc.option(fc.integer({ min: -1, max: 0 }), { nil: undefined }),
});

/** Hook points without positions of their own, or with one number a position that is no activation. */
const partless =
  /hook_scale$|hook_(router_scores|expert_indices|expert_weights)$|hook_pooler_out|hook_nsp_out/;

type Answers = readonly ReadonlyMap<string, Tensor>[];

async function answers(
  model: Model,
  inputs: readonly ModelInput[],
  interventions: readonly Intervention[],
): Promise<Answers> {
  const capture = ['*hook_resid_post', ...model.hooks.filter((hook) => hook === 'logits')];
  const runs = await model.runBatch(inputs, { interventions, capture, answers: 'none' });
  return runs.map((run) => new Map(run.hooks.map((hook) => [hook, run.activation(hook)])));
}

/** For the scale of a LayerNorm, which is written out in single steps where it is edited. */
function assertNear(edited: Answers, clean: Answers, told: string): void {
  for (const [row, values] of clean.entries()) {
    for (const [hook, value] of values)
      assertAllClose(edited[row]!.get(hook)!, value, paddingTolerance, told);
  }
}

test('at any hook point of any architecture, edits that change nothing change no bit', async () => {
  await fc.assert(
    fc.asyncProperty(trial, async ({ name, texts: ids, hook: chosen, position }) => {
      const model = await modelOf(name);
      const inputs = ids.map((tokenIds) =>
        model.dimensions.decoder ? { tokenIds, decoderTokenIds: tokenIds.slice(0, 2) } : { tokenIds },
      );
      const hook = model.hooks[chosen % model.hooks.length]!;
      const part = position === undefined || partless.test(hook) ? {} : { positions: [position] };
      const clean = await answers(model, inputs, []);
      const edits: Intervention[] = [
        { hook, edit: 'scale', value: 1, ...part },
        { hook, edit: 'add', value: 0, ...part },
        { hook, edit: 'freeze', ...part },
      ];
      for (const edit of edits) {
        const told = `${edit.edit} at ${hook} of ${name}`;
        const edited = await answers(model, inputs, [edit]);
        // What is frozen is known from the run of each input alone.
        const alone = edit.edit !== 'freeze' || inputs.length === 1;
        if (hook.endsWith('hook_scale') || !alone) assertNear(edited, clean, told);
        else assert.deepEqual(edited, clean, told);
      }
    }),
    { numRuns: Math.max(40, names.length) },
  );
});

test('in any architecture, to zero a head is to zero what it mixes', async () => {
  await fc.assert(
    fc.asyncProperty(trial, fc.nat(), async ({ name, texts: ids, hook: chosen }, which) => {
      const model = await modelOf(name);
      const places = model.hooks.filter((hook) => hook.endsWith('hook_z'));
      const hook = places[chosen % places.length]!;
      const pattern = hook.replace(/hook_z$/, 'hook_pattern');
      const heads = [which % model.dimensions.heads];
      const inputs = ids.map((tokenIds) =>
        model.dimensions.decoder ? { tokenIds, decoderTokenIds: tokenIds.slice(0, 2) } : { tokenIds },
      );
      const zeroed = await answers(model, inputs, [{ hook, heads, edit: 'zero' }]);
      const unmixed = await answers(model, inputs, [{ hook: pattern, heads, edit: 'zero' }]);
      assert.deepEqual(zeroed, unmixed, `head ${heads} at ${hook} of ${name}`);
    }),
    { numRuns: 24 },
  );
});

test('there is a checkpoint for nearly every model type', () => {
  const types = new Set(names.map(goldenModelType));
  const all = new Set(readdirSync(new URL('checkpoints/', fixturesFolder)).map(goldenModelType));
  assert.ok(types.size >= all.size - 2, [...all].filter((type) => !types.has(type)).join(', '));
});
