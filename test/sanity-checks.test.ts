import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { explain, loadModel, type Model, maxSensitivity, parameterRandomization } from '../src/index.js';

const text = 'Anna met Tom in the park. Then Anna met';
const target = 'logit: Tom';

suite('sanity checks', () => {
  let model: Model;
  before(async () => {
    model = await loadModel('pellucid-gpt2');
  });
  after(() => model.close());

  test('randomizing nothing changes nothing, randomizing all changes the scores', async () => {
    const original = await explain(model, text, { target, verdict: 'off' });
    const same = model.shuffled(() => false);
    const again = await explain(same, text, { target, verdict: 'off' });
    await same.close();
    assert.deepEqual(again.values, original.values);
    const other = model.shuffled(() => true, 1);
    const random = await explain(other, text, { target, verdict: 'off' });
    await other.close();
    assert.notDeepEqual(random.values, original.values);
    assert.notEqual(random.subject.contentHash, original.subject.contentHash);
  });

  test('a shuffled weight keeps its numbers and loses their places', async () => {
    const embeddings = async (from: Model) => {
      const tokenIds = Array.from({ length: 40 }, (_, i) => i);
      return (await from.run({ tokenIds }, { capture: 'hook_pos_embed', answers: 'none' })).activation(
        'hook_pos_embed',
      );
    };
    const other = model.shuffled((name) => name.endsWith('wpe.weight'));
    const [before, now] = [await embeddings(model), await embeddings(other)];
    await other.close();
    assert.notDeepEqual(now.data, before.data);
    const spread = (data: ArrayLike<number>) =>
      Array.from(data, (x) => x * x).reduce((a, b) => a + b, 0) / data.length;
    assert.ok(Math.abs(spread(now.data as Float32Array) / spread(before.data as Float32Array) - 1) < 0.5);
  });

  test('the cascade goes from the last layer to everything, and the same seed gives the same', async () => {
    const options = { target, method: 'input-x-gradient', seed: 3 };
    const { steps } = await parameterRandomization(model, text, options);
    assert.deepEqual(
      steps.map(({ randomized }) => randomized),
      ['layer 3', 'layers 2 to 3', 'layers 1 to 3', 'layers 0 to 3', 'everything'],
    );
    assert.ok(steps.every(({ correlation }) => Math.abs(correlation) <= 1));
    assert.ok(Math.min(...steps.map(({ correlation }) => correlation)) < 0.8);
    assert.deepEqual((await parameterRandomization(model, text, options)).steps, steps);
  });

  test('sensitivity is 0 without noise, grows with it, and does not apply to attention', async () => {
    const options = { target, method: 'integrated-gradients', options: { steps: 5 }, samples: 3 };
    const at = async (radius: number) => (await maxSensitivity(model, text, { ...options, radius })).value;
    assert.equal(await at(0), 0);
    const [near, far] = [await at(0.001), await at(0.05)];
    assert.ok(near > 0 && near < 0.05, String(near));
    assert.ok(far > near, `${far} > ${near}`);
    await assert.rejects(maxSensitivity(model, text, { target, method: 'raw-attention' }), /reads tokens/);
  });
});
