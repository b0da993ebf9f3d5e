import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { explain } from '../../src/index.js';
import { openFixture } from '../model/open-fixture.js';
import { answerCase, assertClose, methodCases, testSampledReference } from './method-golden.js';

testSampledReference('gradient-shap');

suite('GradientSHAP', () => {
  test('with many samples it is integrated gradients, averaged over the baselines', async () => {
    await using model = await openFixture('bert-sequence-classification');
    const baselines = ['the cat sat', 'the mat sat'];
    const ask = (method: string, options: Readonly<Record<string, unknown>>) =>
      explain(model, 'the dog sat', { method, options, target: 'class:#1' });
    const found = await ask('gradient-shap', { samples: 2000, baselines });
    const each = await Promise.all(baselines.map((baseline) => ask('integrated-gradients', { baseline })));
    const scores = each[0]!.values.data.map((score, i) => (score + each[1]!.values.data[i]!) / 2);
    for (const [i, score] of scores.entries()) {
      const error = found.standardError!.data[i]!;
      assertClose([found.values.data[i]!], [score], 5 * error + 1e-5, `feature ${i}`);
      assert.ok(error < 0.05, `${error}`);
    }
    const values = each.map(({ baseline }) => baseline!.value!);
    assertClose([found.baseline!.value!], [(values[0]! + values[1]!) / 2], 1e-5, 'value of the baselines');
    assert.match(found.baseline!.description, /the cat sat.*the mat sat/);
  });

  test('how far the scores miss the difference is declared', async () => {
    const found = await answerCase('gradient-shap', methodCases('gradient-shap')[0]!, { samples: 10 });
    const sum = found.values.data.reduce((a, b) => a + b, 0);
    assertClose(
      [found.errors[0]!.value],
      [sum - (found.target.value - found.baseline!.value!)],
      1e-5,
      'delta',
    );
  });

  test('noise moves the end of the way', async () => {
    const golden = methodCases('gradient-shap')[0]!;
    const scores = async (noise: number) =>
      (await answerCase('gradient-shap', golden, { samples: 20, noise })).values.data;
    assert.notDeepEqual(await scores(0.5), await scores(0));
  });
});
