import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { explain, loadModel, type Model, PellucidError } from '../src/index.js';

const text = 'Anna met Tom in the park. Anna met';

suite('explain', () => {
  let model: Model;
  before(async () => {
    model = await loadModel('pellucid-gpt2');
  });
  after(() => model.close());

  const refuses = (options: Parameters<typeof explain>[2], message: RegExp) =>
    assert.rejects(explain(model, text, options), (error: unknown) => {
      return error instanceof PellucidError && message.test(error.message);
    });

  test('a model that copies names is explained by the name that it copies', async () => {
    const why = await explain(model, text, { method: 'occlusion', target: 'logit: Tom', features: 'words' });
    assert.equal(why.target.answers[0]!.text, ' Tom');
    assert.deepEqual(why.features.map(({ label }) => label).slice(0, 3), ['Anna', 'met', 'Tom']);
    const earlier = Array.from(why.values.data).slice(0, -1);
    assert.equal(earlier.indexOf(Math.max(...earlier)), 2);
    assert.equal(why.baseline?.removal, 'zero');
  });

  test('the target is the best answer of the model where nobody says so', async () => {
    const [best] = (await model.run(text)).predictions(1)[0]!.candidates;
    const why = await explain(model, text, { method: 'input-x-gradient' });
    assert.deepEqual(why.target.answers, [{ id: best!.id, text: best!.text }]);
  });

  test('what is not there is refused in one sentence', async () => {
    await refuses({ method: 'oclusion' }, /no method "oclusion"; the nearest is "occlusion"/);
    await refuses({ method: 'occlusion', options: { steps: 3 } }, /options of occlusion.*steps/);
    await refuses({ removal: 'mask' }, /no mask token.*zero, mean, hide, delete/);
    await refuses({ removal: '#99999999' }, /no token #99999999/);
    await refuses({ target: 'logit: Tom and Anna' }, /is not one token/);
  });

  test('leaving out every token is refused, naming what can be done', async () => {
    const all = { method: 'occlusion', removal: 'delete', features: 'paragraphs' } as const;
    await refuses(all, /no token left.*hide or zero/);
  });
});
