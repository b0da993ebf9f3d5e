import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { explain } from '../../src/index.js';
import { parseTarget } from '../../src/targets/parse-target.js';
import { tensor } from '../../src/tensor/index.js';
import { openFixture } from '../model/open-fixture.js';
import { answerCase, assertClose, methodCases, testReference } from './method-golden.js';

testReference('saliency');

suite('saliency', () => {
  test('is how fast the target rises along its own slope, by finite differences', async () => {
    await using model = await openFixture('gpt2-default');
    const tokenIds = [83, 78, 258, 220, 276, 70];
    const target = parseTarget('logit:#256');
    const why = await explain(model, { tokenIds }, { method: 'saliency', target });
    const run = await model.run(
      { tokenIds },
      { capture: 'hook_embed', gradient: { target, of: 'hook_embed' } },
    );
    const { shape, data } = run.activation('hook_embed');
    const slopes = run.gradient('hook_embed').data as Float32Array;
    const width = shape[1]!;
    for (const [position, score] of why.values.data.entries()) {
      const step = 0.01;
      const values: number[] = [];
      for (const side of [1, -1]) {
        const moved = Float32Array.from(data as Float32Array);
        for (let i = position * width; i < (position + 1) * width; i++)
          moved[i]! += (side * step * slopes[i]!) / score;
        const given = { hook_embed: tensor('F32', shape, moved) };
        const { target: found } = await model.run(
          { tokenIds },
          { capture: [], given, gradient: { target, of: [] } },
        );
        values.push(found.value);
      }
      const slope = (values[0]! - values[1]!) / (2 * step);
      // Rounding of float32 over the step, and its square.
      assert.ok(Math.abs(slope / score - 1) < 1e-3, `position ${position}: ${score}, but ${slope}`);
    }
  });

  test('only the sum has signs', async () => {
    const [l1, , , , l2, , , , sum] = methodCases('saliency');
    const [a, b, c] = [
      await answerCase('saliency', l1!),
      await answerCase('saliency', l2!),
      await answerCase('saliency', sum!),
    ];
    assert.deepEqual([a.signed, b.signed, c.signed], [false, false, true]);
    assert.ok(c.values.data.some((score) => score < 0));
  });

  test('a feature gets the sum of its tokens', async () => {
    await using model = await openFixture('bert-sequence-classification');
    const scores = async (features: 'tokens' | 'paragraphs') =>
      (await explain(model, 'Hello, world!', { method: 'saliency', features, target: 'class:#1' })).values
        .data;
    const whole = await scores('paragraphs');
    const parts = await scores('tokens');
    assertClose(whole, [parts.reduce((a, b) => a + b, 0)], 1e-5, 'sum');
  });
});
