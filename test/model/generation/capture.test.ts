import assert from 'node:assert/strict';
import { after, suite, test } from 'node:test';
import { loadModel } from '../../../src/load-model.js';
import { assemble } from '../../../src/model/generation/assembly.js';
import { Continuation, type Step } from '../../../src/model/generation/continuation.js';
import type { Generation, Model } from '../../../src/model/index.js';
import { SessionCache } from '../../../src/model/session-cache.js';
import { NodeRuntime } from '../../../src/runtime/node.js';
import { assertAllClose } from '../../allclose.js';
import { paddingTolerance } from '../../tolerances.js';
import { fixtureGraph } from '../fixture-graph.js';
import { generatingFolder, goldenCase } from './golden-generations.js';

const runtime = new NodeRuntime();
const model = await loadModel(generatingFolder, { runtime });
after(async () => {
  await model.close();
  await runtime.close();
});

/** What was captured step by step is what one run over the whole text gives. */
async function assertLikeOneRun(made: Generation, whole: Model): Promise<void> {
  const tokenIds = made.tokens.map(({ id }) => id);
  const run = await whole.run({ tokenIds }, { capture: made.run.hooks });
  assert.ok(made.run.hooks.length > 0);
  for (const hook of made.run.hooks) {
    const actual = made.run.activation(hook);
    assert.deepEqual(actual.axes, run.activation(hook).axes);
    assertAllClose(actual, run.activation(hook), paddingTolerance, hook);
  }
}

suite('captured while generating = captured in one run over the text', () => {
  test('every hook point of one text', async () => {
    const made = await model.generate('the mat', { maxNewTokens: 20, endTokens: [], capture: '*' });
    assert.deepEqual(made.run.hooks, model.hooks);
    await assertLikeOneRun(made, model);
    assert.equal(made.run.attention({ layer: 0, head: 1 }).values.shape[0], made.tokens.length);
  });

  test('of texts of unequal length that end at different places', async () => {
    const { texts, eos_token_id } = goldenCase('batch-eos');
    const capture = ['blocks.*.attn.*', '*hook_resid*', 'logits'];
    const found = await model.generateBatch(texts, { maxNewTokens: 30, endTokens: eos_token_id!, capture });
    assert.equal(new Set(found.map(({ tokens }) => tokens.length)).size, 3);
    for (const made of found) await assertLikeOneRun(made, model);
  });

  test('nothing is held where nothing was asked for', async () => {
    assert.deepEqual((await model.generate('no', { maxNewTokens: 2 })).run.hooks, []);
  });
});

test('a prompt that is read in chunks of any width gives the same, also side by side', async () => {
  const { checkpoint } = await fixtureGraph('gpt2-generation');
  const graph = await fixtureGraph('gpt2-generation', { continues: true });
  const sessions = new SessionCache(checkpoint.files, runtime);
  const hooks = ['blocks.1.attn.hook_pattern', 'blocks.1.attn.hook_attn_scores', 'logits'];
  const { input_ids } = goldenCase('batch');
  // Rows have different numbers of new tokens in each step, and none in some.
  const cuts = [
    [0, 1, 3, 3, 10, 18],
    [0, 0, 0, 1, 1, 2],
    [0, 5, 5, 6, 15, 15],
  ];
  const continuation = new Continuation(graph, sessions, [[], [], []], hooks);
  const steps: Step[] = [];
  for (let i = 1; i < cuts[0]!.length; i++) {
    const fresh = input_ids.map((ids, row) =>
      ids.slice(cuts[row]![i - 1]!, cuts[row]![i]!).map((id) => ({ id, segment: 0 as const })),
    );
    steps.push(await continuation.step(fresh, [0, 1]));
  }
  await continuation.close();
  await sessions.close();
  const types = new Map(hooks.map((hook) => [hook, graph.graph.values.get(hook)!]));
  for (const [row, tokenIds] of input_ids.entries()) {
    const found = await assemble(steps, row, types);
    const run = await model.run({ tokenIds }, { capture: hooks });
    for (const hook of hooks)
      assertAllClose(found.get(hook)!, run.activation(hook), paddingTolerance, `${hook} of row ${row}`);
  }
});
