import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { explain, loadModel, type Model, PellucidError } from '../../src/index.js';
import { answerCase, assertClose, methodCases, testReference } from './method-golden.js';

testReference('partition-shap');

test('scores add up, and what was not split is declared', async () => {
  const golden = methodCases('partition-shap').at(-1)!;
  const { values, target, baseline, errors, note } = await answerCase('partition-shap', golden);
  const sum = values.data.reduce((a, b) => a + b, 0);
  assertClose([sum], [target.value - baseline!.value!], 1e-5, 'sum');
  assert.equal(errors[0]!.name, 'credit shared by size');
  assert.ok(errors[0]!.value > 0);
  assert.match(note!, /14 evaluations .* groups left unsplit/);
});

suite('partition-shap of a text', () => {
  const text = 'Anna met Tom. Anna met';
  const options = { method: 'partition-shap', target: 'logit: Tom' };
  let model: Model;
  before(async () => {
    model = await loadModel('pellucid-gpt2');
  });
  after(() => model.close());

  test('joins tokens in words and sentences', async () => {
    const by = (levels: string[]) => explain(model, text, { ...options, options: { levels } });
    const own = await explain(model, text, options);
    const flat = await by([]);
    assert.deepEqual(own.values.data, (await by(['words', 'sentences', 'paragraphs'])).values.data);
    assert.notDeepEqual(own.values.data, flat.values.data);
    // Sentences of four tokens and of two; halves of the text would be three each.
    const tree = [
      [
        [0, 1],
        [2, 3],
      ],
      [4, 5],
    ];
    const given = await explain(model, text, { ...options, options: { tree } });
    assert.deepEqual(given.values.data, own.values.data);
  });

  test('a tree that does not fit is refused', async () => {
    const wrong = explain(model, text, { ...options, options: { tree: [[0, 1], 1] } });
    await assert.rejects(wrong, (error: unknown) => {
      return error instanceof PellucidError && /each of the \d+ features once.*0, 1, 1/.test(error.message);
    });
  });
});
