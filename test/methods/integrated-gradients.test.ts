import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { explain, type Model, PellucidError } from '../../src/index.js';
import { openFixture } from '../model/open-fixture.js';
import { assertClose, testReference } from './method-golden.js';

testReference('integrated-gradients');

suite('integrated gradients', () => {
  let model: Model;
  before(async () => {
    model = await openFixture('bert-sequence-classification');
  });
  after(() => model.close());

  const ask = (text: string, options: Parameters<typeof explain>[2] = {}) =>
    explain(model, text, { method: 'integrated-gradients', target: 'class:#1', ...options });
  const sum = (values: ArrayLike<number>) => Array.from(values).reduce((a, b) => a + b, 0);

  test('scores add up to the difference from the baseline, whatever it is', async () => {
    for (const text of ['Hello, world!', 'the dog sat by the door', 'no']) {
      for (const removal of ['mask', 'zero', 'pad', 'mean', '#17'] as const) {
        const found = await ask(text, { removal });
        const difference = found.target.value - found.baseline!.value!;
        // Float32 scores, and 50 points of a smooth path.
        assertClose([sum(found.values.data)], [difference], 1e-4, `${text} ${removal}`);
        const [delta] = found.errors;
        assert.equal(delta!.name, 'convergence delta');
        assertClose([delta!.value], [sum(found.values.data) - difference], 1e-5, 'delta');
        assert.equal(delta!.large, false);
      }
    }
  });

  test('the value of the baseline is that of the text with its tokens replaced', async () => {
    const { baseline, features, tokens } = await ask('Hello, world!', { removal: 'mask' });
    const places = new Set(features.flatMap(({ positions }) => positions));
    const tokenIds = tokens.map(({ id }, i) => (places.has(i) ? 4 : id));
    const masked = await explain(
      model,
      { tokenIds },
      { method: 'saliency', target: 'class:#1', special: true },
    );
    assertClose([baseline!.value!], [masked.target.value], 1e-5, 'value');
  });

  test('a feature that is as in the baseline gets nothing', async () => {
    const found = await ask('the dog sat', { options: { baseline: 'the cat sat' } });
    assert.equal(found.baseline!.description, 'the text "the cat sat"');
    const scores = new Map(found.features.map(({ label }, i) => [label, found.values.data[i]]));
    assert.equal(scores.get('the'), 0);
    assert.equal(scores.get('sat'), 0);
    assertClose([scores.get('dog')!], [found.target.value - found.baseline!.value!], 1e-4, 'dog');
  });

  test('too few points on a long way are declared as a large error', async () => {
    const found = await ask('the dog sat by the door', { options: { steps: 2, rule: 'left-riemann' } });
    assert.equal(found.errors[0]!.large, Math.abs(found.errors[0]!.share!) > 0.05);
    assert.ok(Math.abs(found.errors[0]!.value) > 1e-3);
  });

  test('what has no path is refused, naming what has', async () => {
    const refuses = (options: Parameters<typeof explain>[2], message: RegExp) =>
      assert.rejects(ask('the dog sat', options), (error: unknown) => {
        return error instanceof PellucidError && message.test(error.message);
      });
    await refuses({ removal: 'hide' }, /cannot hide features.*occlusion/);
    await refuses({ removal: 'delete' }, /cannot delete features/);
    await refuses({ options: { baseline: 'the' } }, /has 3 tokens, and the input 5/);
    await refuses({ options: { steps: 1 } }, /steps/);
  });
});
