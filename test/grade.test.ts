import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { grade } from '../src/grade.js';
import { loadModel } from '../src/index.js';

const open = (name: string) => loadModel(name);

suite('grades', () => {
  test('each method on each model, beside chance, with a reason where it does not apply', async () => {
    const options = {
      methods: ['occlusion', 'exact-shapley', 'saliency'],
      truths: ['and-gate', 'planted-token'],
    };
    const { grades } = await grade({ ...options, examples: 3, open });
    assert.deepEqual(
      grades.map(({ method, truth }) => `${truth} ${method}`),
      options.truths.flatMap((truth) => [...options.methods, 'random'].map((method) => `${truth} ${method}`)),
    );
    const of = (truth: string, method: string) =>
      grades.find((each) => each.truth === truth && each.method === method)!;
    assert.match(of('planted-token', 'exact-shapley').refused!, /14 features/);
    assert.deepEqual(of('planted-token', 'exact-shapley').scores, {});
    assert.equal(of('and-gate', 'exact-shapley').scores.hit!.mean, 1);
    assert.ok(of('and-gate', 'exact-shapley').scores.error!.mean < 1e-4);
    assert.equal(of('and-gate', 'occlusion').scores.error, undefined, 'its scores need not add up');
    assert.equal(of('and-gate', 'saliency').scores.correlation!.mean, 0, 'all words have one slope');
    assert.equal(of('and-gate', 'random').verdicts, null);
    const { verdicts } = of('planted-token', 'occlusion');
    assert.ok(verdicts !== null && verdicts.supported + verdicts.notSupported <= 1);
  });

  test('the same seed gives the same scores', async () => {
    const options = { methods: ['kernel-shap'], truths: ['or-gate'], examples: 2, verdicts: false, open };
    const scores = async (seed: number) =>
      (await grade({ ...options, seed })).grades.map((each) => each.scores);
    assert.deepEqual(await scores(3), await scores(3));
    assert.notDeepEqual(await scores(3), await scores(4));
  });

  test('what is not there is refused by name', async () => {
    await assert.rejects(grade({ truths: ['nothing'], open }), /no model "nothing".*planted-token/);
    await assert.rejects(grade({ methods: ['occlussion'], open }), /nearest is "occlusion"/);
    await assert.rejects(grade({ examples: 1, open }), /at least 2/);
  });
});
