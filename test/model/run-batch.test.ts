import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { Model, ModelInput, PaddingSide, Run } from '../../src/model/index.js';
import { assertAllClose } from '../allclose.js';
import { paddingTolerance } from '../tolerances.js';
import { openFixture } from './open-fixture.js';

const inputs: Readonly<Record<string, readonly ModelInput[]>> = {
  'bert-default': [
    'the dog sat by [MASK] door',
    { text: 'Where is it?', pair: 'In the box.' },
    'no',
    { tokenIds: [2, 4, 4, 3] },
  ],
  'bert-sequence-classification': ['the dog sat', { text: 'no', pair: 'In the box.' }, 'no'],
  'bert-question-answering': [{ text: 'Where is it?', pair: 'In the box.' }, 'no'],
  'bert-unusual': ['the dog sat by [MASK] door', 'no'],
  'gpt2-default': ['the dog sat', 'no', { tokenIds: [83] }, { text: 'the cat', pair: 'sat' }],
  'gpt2-sequence-classification': ['the dog sat', 'no', { tokenIds: [83, 279, 279] }],
  'gpt2-unusual': ['to the dog', 'no'],
  'bert-f16': ['the dog sat', 'no'],
  'gpt2-bf16': ['the dog sat', 'no'],
};

/** Two runs of one input hold the same values and make the same predictions. */
function assertSame(actual: Run, expected: Run): void {
  assert.deepEqual(actual.tokens, expected.tokens);
  assert.deepEqual(actual.hooks, expected.hooks);
  for (const hook of expected.hooks)
    assertAllClose(actual.activation(hook), expected.activation(hook), paddingTolerance, hook);
  const predictions = actual.predictions(3);
  assert.equal(predictions.length, expected.predictions().length);
  for (const [i, { position, candidates }] of expected.predictions(3).entries()) {
    assert.equal(predictions[i]!.position, position);
    for (const [j, candidate] of candidates.entries()) {
      const { id, text, score, probability } = predictions[i]!.candidates[j]!;
      assert.deepEqual({ id, text }, { id: candidate.id, text: candidate.text });
      assert.ok(Math.abs(score - candidate.score) <= paddingTolerance);
      assert.ok(Math.abs((probability ?? 0) - (candidate.probability ?? 0)) <= paddingTolerance);
    }
  }
}

for (const [name, batch] of Object.entries(inputs)) {
  suite(`${name}: a batch is the same as its inputs one by one`, async () => {
    const model: Model = await openFixture(name);
    for (const padding of ['left', 'right'] satisfies PaddingSide[]) {
      for (const capture of ['*', '*.hook_pattern']) {
        test(`padding on the ${padding}, capturing ${capture}`, async () => {
          const together = await model.runBatch(batch, { padding, capture });
          assert.equal(together.length, batch.length);
          for (const [i, input] of batch.entries())
            assertSame(together[i]!, await model.run(input, { capture }));
        });
      }
    }
  });
}

test('an empty batch gives nothing', async () => {
  assert.deepEqual(await (await openFixture('gpt2-default')).runBatch([]), []);
});
