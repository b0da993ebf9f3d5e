import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadModel } from '../../src/index.js';
import { randomOf } from '../../src/random.js';
import { inductionTwoHeads } from '../../src/truth/induction-two-heads.js';
import { assertGolden } from './truth-golden.js';

test('the model of induction-two-heads equals the reference', () => assertGolden(inductionTwoHeads));

test('the model of induction-two-heads says the word behind the look-alike', async () => {
  await using model = await loadModel('pellucid-truth-induction-two-heads');
  let right = 0;
  for (let i = 0; i < 20; i++) {
    const { text, target, answers } = inductionTwoHeads.example(randomOf(i));
    assert.equal(target, `logit:${text.split(' ')[answers[0]!]}`);
    const [prediction] = (await model.run(text)).predictions(1);
    if (`logit:${prediction!.candidates[0]!.text.trim()}` === target) right++;
  }
  assert.ok(right >= 18, `${right} of 20`);
});
