import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { type Model, type ModelInput, type Progress, parseTarget } from '../../src/index.js';
import { ask, Coalitions, type QuestionOptions, type Removal } from '../../src/question/index.js';
import { assertClose } from '../methods/method-golden.js';
import { openFixture } from '../model/open-fixture.js';

const gpt2 = [83, 78, 258, 220, 276, 70];
const bert = [2, 56, 84, 67, 80, 4, 85, 3];
/** The same computation in a batch of another shape. */
const rounding = 2e-5;

async function gameOf(model: Model, tokenIds: number[], options: Partial<QuestionOptions> = {}) {
  return new Coalitions(await ask(model, { tokenIds }, { target: parseTarget('logit:#50'), ...options }));
}

/** The target of an input that is run by itself. */
async function targetOf(model: Model, input: ModelInput, position?: number): Promise<number> {
  const target = parseTarget('logit:#50', { position });
  return (await model.run(input, { capture: [], gradient: { target, of: [] } })).target.value;
}

suite('coalitions', () => {
  test('are computed once, and counted', async () => {
    await using model = await openFixture('gpt2-default');
    const game = await gameOf(model, gpt2);
    const [one, other] = [game.of([0, 2]), game.of([1], false)];
    const [first, second, again, all] = await game.values([one, other, one, game.all()]);
    assert.equal(game.passes, 2);
    assert.equal(again, first);
    assert.notEqual(second, first);
    assertClose([all!], [await targetOf(model, { tokenIds: gpt2 })], rounding, 'all');
    assert.deepEqual([...(await game.values([other, one]))], [second, first]);
    assert.equal(game.passes, 2);
  });

  test('of many features are told apart', async () => {
    await using model = await openFixture('llama-default');
    const tokenIds = Array.from({ length: 20 }, (_, i) => 7 + 2 * i);
    const game = await gameOf(model, tokenIds);
    const each = tokenIds.map((_, i) => game.of([i], false));
    const values = await game.values(each);
    assert.equal(game.passes, 20);
    assert.equal(new Set(values).size, 20);
    assert.equal(values[17], (await game.values([each[17]!]))[0]);
  });

  test('tell how far they have come, and stop when they are cancelled', async () => {
    await using model = await openFixture('gpt2-default');
    const seen: Progress[] = [];
    const cancel = new AbortController();
    const onProgress = (progress: Progress) => {
      seen.push(progress);
      if (seen.length === 2) cancel.abort();
    };
    const game = await gameOf(model, gpt2, { onProgress, signal: cancel.signal });
    await game.values([game.none()]);
    game.expect(8);
    await game.values([game.of([0]), game.of([1]), game.of([2])]);
    assert.deepEqual(seen, [
      { done: 1, total: 1, part: 'passes' },
      { done: 4, total: 9, part: 'passes' },
    ]);
    await assert.rejects(game.values([game.of([3])]), { code: 'cancelled' });
    // What was not computed is not remembered.
    await assert.rejects(game.values([game.of([3])]), { code: 'cancelled' });
    assert.equal(game.passes, 4);
  });
});

suite('a feature is taken away', () => {
  test('by the embedding of a token, as if that token stood there', async () => {
    for (const [name, tokenIds, position] of [
      ['gpt2-default', gpt2, 5],
      ['bert-default', bert, 5],
    ] as const) {
      await using model = await openFixture(name);
      const target = parseTarget('logit:#50', { position });
      const game = await gameOf(model, [...tokenIds], { removal: '#17', target, special: true });
      const values = await game.values([game.of([1, 3], false), game.none()]);
      const changed = tokenIds.map((id, i) => (i === 1 || i === 3 ? 17 : id));
      const none = tokenIds.map(() => 17);
      const expected = [
        await targetOf(model, { tokenIds: changed }, position),
        await targetOf(model, { tokenIds: none }, position),
      ];
      assertClose(values, expected, rounding, name);
    }
  });

  test('by the embedding that it says', async () => {
    await using model = await openFixture('gpt2-default');
    const game = await gameOf(model, gpt2, { removal: 'zero' });
    const run = await model.run({ tokenIds: gpt2 }, { capture: 'hook_embed' });
    const embeddings = run.activation('hook_embed');
    const width = embeddings.shape[1]!;
    const data = (embeddings.data as Float32Array).slice().fill(0, 2 * width, 3 * width);
    const target = parseTarget('logit:#50');
    const given = { hook_embed: { ...embeddings, data } };
    const zeroed = await model.run({ tokenIds: gpt2 }, { capture: [], given, gradient: { target, of: [] } });
    assertClose(await game.values([game.of([2], false)]), [zeroed.target.value], rounding, 'zero');
  });

  test('by hiding, as if it were padding', async () => {
    await using model = await openFixture('bert-default');
    // What is padded at the end is the text without its end.
    const target = parseTarget('logit:#50', { position: 5 });
    const game = await gameOf(model, bert, { removal: 'hide', target, special: true });
    const shorter = await targetOf(model, { tokenIds: bert.slice(0, 6) }, 5);
    assertClose(await game.values([game.of([6, 7], false)]), [shorter], rounding, 'hidden');
  });

  test('by deleting, and the target moves with its token', async () => {
    await using model = await openFixture('gpt2-default');
    const target = parseTarget('logit:#50', { position: 3 });
    const game = await gameOf(model, gpt2, { removal: 'delete', target });
    const values = await game.values([game.of([0, 2], false), game.of([3, 2], false), game.of([5], false)]);
    const expected = [
      await targetOf(model, { tokenIds: [78, 220, 276, 70] }, 1),
      // The token of the target is gone: the one before it speaks.
      await targetOf(model, { tokenIds: [83, 78, 276, 70] }, 1),
      await targetOf(model, { tokenIds: [83, 78, 258, 220, 276] }, 3),
    ];
    assertClose(values, expected, rounding, 'deleted');
    await assert.rejects(game.values([game.none()]), { code: 'bad-input', message: /no token left/ });
  });

  test('token by token of a word', async () => {
    await using model = await openFixture('bert-default');
    const text = 'the river bank';
    const options = { target: parseTarget('logit:#50', { position: 1 }), features: 'words' as const };
    const question = await ask(model, text, { ...options, removal: '#17' satisfies Removal });
    const game = new Coalitions(question);
    const tokenIds = question.tokens.map(({ id }) => id);
    for (const position of question.features[1]!.positions) tokenIds[position] = 17;
    const expected = await targetOf(model, { tokenIds }, 1);
    assertClose(await game.values([game.of([1], false)]), [expected], rounding, 'word');
  });
});
