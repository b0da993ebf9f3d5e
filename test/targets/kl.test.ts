import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { explain, parseTarget } from '../../src/index.js';
import { kl } from '../../src/targets/kl.js';
import { assertClose } from '../methods/method-golden.js';
import { openFixture } from '../model/open-fixture.js';
import { assertComparison } from './place-golden.js';

for (const name of ['gpt2-default', 'bert-default', 'bert-sequence-classification']) {
  test(`${name} equals the reference`, () => assertComparison(kl, name));
}

suite('the distance from another run', () => {
  test('is 0 from the run itself, and more from any other', async () => {
    await using model = await openFixture('gpt2-default');
    const value = async (target: string) =>
      (await model.run('to the dog', { capture: [], gradient: { target: parseTarget(target), of: [] } }))
        .target.value;
    assertClose([await value('kl')], [0], 1e-6, 'itself');
    assertClose([await value('kl:to the dog')], [0], 1e-6, 'the same text');
    assert.ok((await value('kl:no')) > 0.01);
  });

  test('tells how much the whole answer changes when a feature is taken away', async () => {
    await using model = await openFixture('gpt2-default');
    const why = await explain(model, 'to the dog', { method: 'occlusion', target: 'kl' });
    // From 0 the distance can only grow.
    assert.ok(
      why.values.data.every((score) => score < 0),
      `${why.values.data}`,
    );
  });

  test('has no slope at the input itself: methods that read one there say so', async () => {
    await using model = await openFixture('gpt2-default');
    for (const method of ['saliency', 'input-x-gradient', 'gradient-x-attention'])
      await assert.rejects(explain(model, 'to the dog', { method, target: 'kl', verdict: 'off' }), {
        code: 'unsupported',
        message: /use occlusion or integrated-gradients/,
      });
    await explain(model, 'to the dog', { method: 'saliency', target: 'kl:no', verdict: 'off' });
  });

  test('log-probabilities that do not fit are refused', async () => {
    await using model = await openFixture('gpt2-default');
    const target = { definition: kl, answers: [], reference: new Float32Array(7) };
    await assert.rejects(model.run('to', { gradient: { target, of: [] } }), /compared with 7 numbers/);
  });
});
