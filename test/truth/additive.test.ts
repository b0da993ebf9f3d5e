import assert from 'node:assert/strict';
import { test } from 'node:test';
import { methods } from '../../src/methods/index.js';
import { additive } from '../../src/truth/additive.js';
import { gradeValues } from '../../src/truth/index.js';
import { answersOf, assertGolden } from './truth-golden.js';

test('the additive model equals the reference', () => assertGolden(additive));

test('methods whose scores add up find what each word of the additive model is worth', async () => {
  // Slopes along a line are summed in steps, and the worth of a word has kinks there; what asks coalitions is exact.
  const steps = new Map([
    ['integrated-gradients', 0.05],
    ['layer-integrated-gradients', 0.05],
    ['gradient-shap', 0.5],
  ]);
  for (const { name } of methods.filter((each) => each.additive)) {
    for (const { example, scores } of await answersOf(additive, name, 3)) {
      const { error } = gradeValues(scores, example.values!);
      assert.ok(error < (steps.get(name) ?? 1e-4), `${name}: ${error}`);
    }
  }
});

test('input times gradient is wrong where a word is worth less at first', async () => {
  for (const { example, scores } of await answersOf(additive, 'input-x-gradient', 3))
    assert.ok(gradeValues(scores, example.values!).error > 0.1);
});
