import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { parseTarget } from '../../../src/targets/parse-target.js';
import { openFixture } from '../open-fixture.js';
import { testEncoder } from './encoder.js';

testEncoder(['electra-default', 'electra-unusual', 'electra-replaced-token-detection']);

suite('replaced-token detection', async () => {
  const model = await openFixture('electra-replaced-token-detection');
  const tokenIds = [5, 9, 11];
  const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

  test('gives each token the probability that it was replaced', async () => {
    const run = await model.run({ tokenIds }, { capture: 'logits' });
    const { data, shape } = run.activation('logits');
    assert.deepEqual(shape, [3, 1]);
    const found = run.predictions().map(({ position, candidates }) => [position, ...candidates]);
    assert.deepEqual(
      found,
      Array.from(data as Float32Array, (score, position) => [
        position,
        { id: 0, text: 'replaced', probability: sigmoid(score), score },
      ]),
    );
  });

  test('has a derivative of that probability, not of a softmax over one class', async () => {
    const target = parseTarget('probability:replaced', { position: 1 });
    const run = await model.run({ tokenIds }, { capture: 'logits', gradient: { target, of: 'logits' } });
    const logit = run.activation('logits').data[1] as number;
    const [before, here, after] = run.gradient('logits').data as Float32Array;
    assert.deepEqual([before, after], [0, 0]);
    assert.ok(Math.abs(here! - sigmoid(logit) * (1 - sigmoid(logit))) <= 1e-6, `${here}`);
  });
});
