import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { explain, type Model, PellucidError, parseTarget } from '../../src/index.js';
import { continuation } from '../../src/targets/continuation.js';
import { assertClose } from '../methods/method-golden.js';
import { openFixture } from '../model/open-fixture.js';
import { assertPlaces } from './place-golden.js';

for (const name of ['gpt2-default', 'llama-default']) {
  test(`${name} equals the reference`, () => assertPlaces(continuation, name));
}

suite('a continuation', () => {
  let model: Model;
  before(async () => {
    model = await openFixture('gpt2-default');
  });
  after(() => model.close());

  test('is the sum of what each token has after those before it', async () => {
    const run = await model.run('to the', {
      capture: [],
      gradient: { target: parseTarget('continuation: dog sat'), of: [] },
    });
    const ids = run.target.answers.map(({ id }) => id);
    assert.ok(ids.length > 1);
    assert.equal(run.target.answers.map(({ text }) => text).join(''), ' dog sat');
    let sum = 0;
    let tokenIds = model.tokenizer.encode('to the').map(({ id }) => id);
    for (const id of ids) {
      const step = await model.run(
        { tokenIds },
        { capture: [], gradient: { target: parseTarget(`log-probability:#${id}`), of: [] } },
      );
      sum += step.target.value;
      tokenIds = [...tokenIds, id];
    }
    assertClose([run.target.value], [sum], 1e-4, 'sum');
    assert.equal(run.tokens.length, tokenIds.length - 1);
    assert.deepEqual(
      run.target.places,
      ids.map((_, i) => tokenIds.length - 1 - ids.length + i),
    );
  });

  test('is no feature of its own explanation, whatever the method', async () => {
    const target = 'continuation: dog sat';
    for (const method of ['occlusion', 'input-x-gradient', 'integrated-gradients']) {
      for (const features of ['tokens', 'words'] as const) {
        const why = await explain(model, 'to the', { method, target, features });
        assert.equal(why.features.map(({ label }) => label).join(features === 'words' ? ' ' : ''), 'to the');
        assert.ok(why.values.data.every((score) => score !== 0));
      }
    }
  });

  test('draws attention from each of the places at which it is read', async () => {
    const target = 'continuation: dog sat';
    const why = await explain(model, 'to the', { method: 'attention-rollout', target });
    const { map, tokens } = why;
    const places = why.target.places!;
    const last = map!.data.slice(-(tokens.length ** 2));
    const rows = places.map((place) => last.slice(place * tokens.length, (place + 1) * tokens.length));
    const mean = why.features.map(({ positions }) => {
      return rows.reduce((sum, row) => sum + row[positions[0]!]! / places.length, 0);
    });
    assertClose(why.values.data, mean, 1e-6, 'mean of the rows');
  });

  test('can be read where tokens are left out', async () => {
    const target = 'continuation: dog sat';
    const why = await explain(model, 'to the', { method: 'occlusion', target, removal: 'delete' });
    const { tokens } = why;
    const tokenIds = tokens.slice(1).map(({ id }) => id);
    const places = why.target.places!.map((position, i) => ({
      position: position - 1,
      answers: [why.target.answers[i]!.id],
    }));
    const run = await model.run(
      { tokenIds },
      { capture: [], gradient: { target: { definition: continuation, answers: [], places }, of: [] } },
    );
    assertClose([why.values.data[0]!], [why.target.value - run.target.value], 1e-4, 'first token');
  });

  test('is refused where a model does not go on with texts, or there is none', async () => {
    await using bert = await openFixture('bert-default');
    const refuses = (asked: Promise<unknown>, message: RegExp) =>
      assert.rejects(
        asked,
        (error: unknown) => error instanceof PellucidError && message.test(error.message),
      );
    const target = parseTarget('continuation: sat');
    await refuses(bert.run('the dog [MASK]', { gradient: { target, of: [] } }), /does not go on with a text/);
    assert.throws(() => parseTarget('continuation'), /speaks of 1 answers, not 0/);
  });
});
