import assert from 'node:assert/strict';
import { after, suite, test } from 'node:test';
import { explain, type Model, parseTarget } from '../../src/index.js';
import { similarity } from '../../src/targets/similarity.js';
import { assertAllClose } from '../allclose.js';
import { assertClose } from '../methods/method-golden.js';
import { FixtureCopies } from '../model/fixture-copy.js';
import { openFixture, openFolderModel } from '../model/open-fixture.js';
import { makeSentenceEncoder } from '../model/sentence-encoder.js';
import { referenceTolerance } from '../tolerances.js';
import { numbersOf, placeGolden } from './place-golden.js';

for (const name of ['mpnet-sentence', 'xlm-roberta-sentence']) {
  test(`${name} equals the reference`, async () => {
    await using model = await openFixture(name);
    const golden = placeGolden('similarity', name);
    const other = await model.run({ tokenIds: numbersOf(golden.get('reference')) }, { capture: [] });
    const reference = other.embedding().data;
    const tokenIds = numbersOf(golden.get('input'));
    const [run] = await model.runBatch([{ tokenIds }, { tokenIds: [...tokenIds, ...tokenIds] }], {
      capture: [],
      gradient: { target: { definition: similarity, answers: [], reference }, of: 'hook_embed' },
    });
    const value = Number(golden.get('target.value')!.data[0]);
    assertClose([run!.target.value], [value], referenceTolerance, 'value');
    assertAllClose(run!.gradient('hook_embed'), golden.get('hook_embed')!, referenceTolerance, name);
  });
}

suite('similarity to another text', () => {
  const copies = new FixtureCopies();
  after(() => copies.remove());

  const open = async () => openFolderModel(await makeSentenceEncoder(copies));

  test('is that of the model, 1 to itself, and can be explained', async () => {
    await using model = await open();
    const [a, b] = ['the dog sat', 'Where is it?'];
    const value = async (target: string) =>
      (await model.run(a, { capture: [], gradient: { target: parseTarget(target), of: [] } })).target;
    assertClose([(await value(`similarity:${b}`)).value], [await model.similarity(a, b)], 1e-5, 'value');
    assertClose([(await value(`similarity:${a}`)).value], [1], 1e-5, 'itself');
    assert.equal((await value(`similarity:${b}`)).position, null);
    for (const method of ['occlusion', 'integrated-gradients']) {
      const why = await explain(model, a, { method, target: `similarity:${b}`, features: 'words' });
      assert.deepEqual(
        why.features.map(({ label }) => label),
        ['the', 'dog', 'sat'],
      );
      assert.ok(why.values.data.some((score) => Math.abs(score) > 1e-4));
    }
  });

  test('needs a text, a sentence encoder, and is its only target', async () => {
    await using model = await open();
    const read = (own: Model, target: string) =>
      own.run('the dog [MASK]', { capture: [], gradient: { target: parseTarget(target), of: [] } });
    await assert.rejects(read(model, 'similarity'), /needs another text/);
    await assert.rejects(read(model, 'logit'), /use "similarity"/);
    await using other = await openFixture('bert-default');
    await assert.rejects(read(other, 'similarity:no'), /embeds no sentences/);
  });
});
