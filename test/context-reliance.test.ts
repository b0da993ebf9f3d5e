import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { contextReliance, loadModel, type Model, parseTarget } from '../src/index.js';
import { logSoftmax } from '../src/model/index.js';
import { assertClose } from './methods/method-golden.js';

suite('reliance on a context', () => {
  let model: Model;
  before(async () => {
    model = await loadModel('pellucid-gpt2');
  });
  after(() => model.close());

  const prompt = { context: 'Anna met Tom in the park.', query: 'Anna met' };

  test('a copied name relies on the context, on that name and on what stands before it there', async () => {
    const context = 'Lucy met Ben in the garden. Anna met Tom in the park.';
    const found = await contextReliance(model, { ...prompt, context }, { generated: ' Tom in the park.' });
    const [name] = found.sensitivity;
    assert.equal(name!.sensitive, true);
    assert.ok(name!.divergence >= found.threshold);
    assert.ok(name!.crossInformation > 0, 'the context makes the name more probable');
    assert.ok(found.sensitivity.some(({ sensitive }) => !sensitive));
    const { features, values } = found;
    const labels = features.map(({ label }) => label);
    assert.equal(labels.join(' '), 'Lucy met Ben in the garden . Anna met Tom in the park .');
    // The model finds the place by "met" and copies what follows: without either there is nothing to copy.
    const row = values.data.subarray(0, features.length);
    const ranked = [...labels.keys()].sort((i, j) => row[j]! - row[i]!);
    assert.deepEqual(ranked.slice(0, 2).sort(), [labels.lastIndexOf('met'), labels.indexOf('Tom')]);
  });

  test('divergence and cross-information are those of the two runs', async () => {
    const found = await contextReliance(model, prompt, { generated: ' Tom in' });
    const answers = (text: string) => model.run(text, { capture: 'logits' });
    const logs = async (text: string) => {
      const run = await answers(text);
      const { data, shape } = run.activation('logits');
      return logSoftmax((data as Float32Array).subarray(-shape.at(-1)!));
    };
    const [p, q] = [await logs('Anna met Tom in the park. Anna met'), await logs('Anna met')];
    const divergence = p.reduce((sum, log, i) => sum + Math.exp(log) * (log - q[i]!), 0);
    assertClose([found.sensitivity[0]!.divergence], [divergence], 1e-4, 'divergence');
    const id = found.tokens[found.promptLength]!.id;
    assertClose(
      [found.sensitivity[0]!.crossInformation],
      [-Math.log2(Math.exp(q[id]! - p[id]!))],
      1e-4,
      'bits',
    );
    // The target kl, of the run without the context compared with the run with it, is the same number.
    const target = parseTarget('kl:Anna met Tom in the park. Anna met');
    const { target: record } = await model.run('Anna met', { capture: [], gradient: { target, of: [] } });
    assertClose([record.value], [divergence], 1e-4, 'kl');
  });

  test('only sensitive tokens are explained: as many as the threshold lets through', async () => {
    const count = async (deviations: number) => {
      const found = await contextReliance(model, prompt, { generated: ' Tom in the park.', deviations });
      const explained = found.generated.filter(({ target }) => target !== null).length;
      assert.equal(explained, found.sensitivity.filter(({ sensitive }) => sensitive).length);
      return explained;
    };
    assert.equal(await count(-10), 5);
    assert.equal(await count(10), 0);
  });

  test('half a prompt is refused', async () => {
    await assert.rejects(
      contextReliance(model, { context: '', query: 'Anna' }),
      /Give a context and a query/,
    );
  });
});
