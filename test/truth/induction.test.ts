import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadModel } from '../../src/index.js';
import { randomOf } from '../../src/random.js';
import { induction } from '../../src/truth/induction.js';
import { assertGolden } from './truth-golden.js';

test('the model of induction equals the reference', () => assertGolden(induction));

test('the model of induction says the word behind the look-alike', async () => {
  await using model = await loadModel('pellucid-truth-induction');
  let right = 0;
  for (let i = 0; i < 20; i++) {
    const { text, target, answers } = induction.example(randomOf(i));
    assert.equal(target, `logit:${text.split(' ')[answers[0]!]}`);
    const [prediction] = (await model.run(text)).predictions(1);
    if (`logit:${prediction!.candidates[0]!.text.trim()}` === target) right++;
  }
  assert.ok(right >= 18, `${right} of 20`);
});
