import { suite, test } from 'node:test';
import { answerCase, assertClose, methodCases, testSampledReference } from './method-golden.js';

testSampledReference('var-grad');

suite('VarGrad', () => {
  const golden = methodCases('var-grad')[0]!;

  test('it is the mean of the squares minus the square of the mean', async () => {
    const options = { samples: 30, base: 'saliency' };
    const variance = await answerCase('var-grad', { ...golden, options });
    const mean = await answerCase('smooth-grad', { ...golden, options });
    const square = await answerCase('smooth-grad', {
      ...golden,
      options: { ...options, variant: 'smoothgrad-sq' },
    });
    // The same seed makes the same noise.
    const expected = mean.values.data.map((value, i) => ((square.values.data[i]! - value ** 2) * 30) / 29);
    assertClose(variance.values.data, expected, 1e-6, 'variance');
  });

  test('without noise nothing varies', async () => {
    const { values } = await answerCase('var-grad', golden, { noise: 0, samples: 4 });
    assertClose(values.data, [0, 0, 0, 0], 1e-12, 'variance');
  });
});
