import assert from 'node:assert/strict';
import { test } from 'node:test';
import { methods } from '../../src/methods/index.js';
import { gradeValues } from '../../src/truth/index.js';
import { linear } from '../../src/truth/linear.js';
import { answersOf, assertGolden } from './truth-golden.js';

test('the linear model equals the reference', () => assertGolden(linear));

test('methods whose scores add up find what each word of the linear model is worth', async () => {
  for (const { name } of methods.filter(({ additive }) => additive)) {
    for (const { example, scores } of await answersOf(linear, name, 3)) {
      const { error } = gradeValues(scores, example.values!);
      assert.ok(error < 1e-4, `${name}: ${error}`);
    }
  }
});
