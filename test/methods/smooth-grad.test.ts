import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { answerCase, assertClose, methodCases, testSampledReference } from './method-golden.js';

testSampledReference('smooth-grad');

suite('SmoothGrad', () => {
  const golden = methodCases('smooth-grad')[0]!;

  test('without noise it is the method that it smooths', async () => {
    const still = await answerCase('smooth-grad', golden, { noise: 0, samples: 3 });
    const saliency = await answerCase('saliency', { ...golden, options: {} });
    assertClose(still.values.data, saliency.values.data, 1e-6, 'scores');
    assertClose(still.standardError!.data, [0, 0, 0, 0], 1e-6, 'standard error');
  });

  test('the same seed gives the same bytes, another seed others', async () => {
    const scores = async () => (await answerCase('smooth-grad', golden, { samples: 10 })).values.data;
    assert.deepEqual(await scores(), await scores());
    const more = await answerCase('smooth-grad', golden, { samples: 11 });
    assert.notDeepEqual(more.values.data, await scores());
  });

  test('four times as many samples halve the standard error', async () => {
    const error = async (samples: number) =>
      (await answerCase('smooth-grad', golden, { samples })).standardError!.data[0]!;
    const ratio = (await error(200)) / (await error(800));
    // The deviation of 200 samples is known to about 5 %.
    assert.ok(ratio > 1.7 && ratio < 2.3, `${ratio}`);
  });
});
