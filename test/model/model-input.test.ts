import assert from 'node:assert/strict';
import { basename } from 'node:path';
import { after, suite, test } from 'node:test';
import type { ModelInput, RunOptions } from '../../src/model/index.js';
import { FixtureCopies } from './fixture-copy.js';
import { openFixture, openFolderModel } from './open-fixture.js';

const copies = new FixtureCopies();
after(() => copies.remove());

const bert = await openFixture('bert-default');
const gpt2 = await openFixture('gpt2-default');

async function idsOf(model: typeof bert, input: ModelInput, options: RunOptions = {}): Promise<number[]> {
  return (await model.run(input, options)).tokens.map(({ id }) => id);
}

const words = (count: number) =>
  ['the', 'dog', 'sat', 'by', 'in', 'no', 'box', 'is', 'it', 'and'].slice(0, count).join(' ');

suite('truncate cuts as transformers does with truncation=True', () => {
  test('one text', async () => {
    const text = 'the dog sat by the door and the cat sat by the mat in the box no';
    const ids = [2, 56, 84, 67, 80, 56, 85, 57, 56, 81, 67, 80, 56, 100, 61, 3];
    assert.deepEqual(await idsOf(bert, text, { truncate: true }), ids);
  });

  test('a text without a template', async () => {
    const ids = [83, 256, 220, 66, 259, 266, 259, 263, 77, 258, 273, 259, 262, 88, 258, 220];
    assert.deepEqual(await idsOf(gpt2, 'the cat sat on the mat by the dog', { truncate: true }), ids);
  });

  /** Words in the first and in the second text, and how many tokens of each transformers 5.18 keeps of 16. */
  const pairs = [
    [10, 10, 6, 7],
    [7, 7, 6, 7],
    [8, 7, 7, 6],
    [7, 8, 6, 7],
    [7, 6, 7, 6],
    [10, 6, 7, 6],
    [6, 10, 6, 7],
    [10, 4, 9, 4],
    [3, 10, 3, 10],
    [6, 6, 6, 6],
  ] as const;
  const wordIds = [56, 84, 67, 80, 61, 105, 77, 58, 18, 50];
  for (const [first, second, keptFirst, keptSecond] of pairs) {
    test(`a pair of ${first} and ${second} words`, async () => {
      const ids = (count: number) => wordIds.slice(0, count);
      const tokens = await idsOf(bert, { text: words(first), pair: words(second) }, { truncate: true });
      assert.deepEqual(tokens, [2, ...ids(keptFirst), 3, ...ids(keptSecond), 3]);
    });
  }

  test('the template stays, and a text that fits is left alone', async () => {
    assert.deepEqual(await idsOf(bert, 'no', { truncate: true }), await idsOf(bert, 'no'));
  });
});

suite('what cannot be read is refused in one sentence', () => {
  const refuses = (model: typeof bert, input: ModelInput, message: RegExp) =>
    assert.rejects(model.run(input), { name: 'PellucidError', code: 'bad-input', message });

  test('an empty text', async () => {
    await refuses(bert, '', /^The text is empty: give at least one character\.$/);
    await refuses(gpt2, { text: '' }, /empty/);
    await refuses(gpt2, { tokenIds: [] }, /^No token ids are given/);
  });

  test('a text that is too long, with how much', async () => {
    const long = Array.from({ length: 12 }, () => words(2)).join(' ');
    await refuses(
      bert,
      long,
      /^The text has 26 tokens, 10 more than the 16 that .*bert-default\/? can read: .*--truncate/,
    );
    await refuses(gpt2, { tokenIds: new Array(17).fill(5) }, /17 tokens, 1 more than the 16/);
  });

  test('a text of so many characters that it is not read at all', async () => {
    // No token of this tokenizer stands for more than 13 characters: 208 are at least 16 tokens, 209 are 17.
    assert.equal(gpt2.tokenizer.longestPiece, 13);
    await refuses(gpt2, 'a'.repeat(208), /^The text has \d+ tokens, \d+ more than the 16 /);
    const early = /^The text has at least 17 tokens, at least 1 more than the 16 .*--truncate/;
    await refuses(gpt2, 'a'.repeat(209), early);
    await refuses(gpt2, { text: 'a'.repeat(105), pair: 'a'.repeat(104) }, early);
    assert.equal((await idsOf(gpt2, 'a'.repeat(209), { truncate: true })).length, 16);
  });

  test('token ids that the model does not have', async () => {
    for (const id of [280, -1, 1.5, Number.NaN, 2 ** 40])
      await refuses(gpt2, { tokenIds: [5, id] }, new RegExp(`${id}`));
  });

  test('one bad input of a batch', async () => {
    await assert.rejects(gpt2.runBatch(['no', '']), { code: 'bad-input' });
  });
});

suite('a checkpoint without tokenizer files', async () => {
  const folder = await copies.make('gpt2-default', {
    without: ['tokenizer.json', 'tokenizer_config.json', 'vocab.json', 'merges.txt'],
  });
  const model = await openFolderModel(folder);

  test('reads token ids', async () => {
    const run = await model.run({ tokenIds: [83, 256, 273, 259] });
    assert.deepEqual(
      run.tokens.map(({ text }) => text),
      ['#83', '#256', '#273', '#259'],
    );
    const known = await gpt2.run({ tokenIds: [83, 256, 273, 259] });
    assert.deepEqual(run.attention().values, known.attention().values);
    const [candidate] = run.predictions()[0]!.candidates;
    assert.equal(candidate!.id, known.predictions()[0]!.candidates[0]!.id);
    assert.equal(candidate!.text, `#${candidate!.id}`);
  });

  test('refuses a text', async () => {
    await assert.rejects(model.run('the mat'), {
      code: 'bad-input',
      message: `${folder} has no tokenizer files, so it cannot read a text: give token ids instead.`,
    });
  });

  test('refuses ids outside the embedding', async () => {
    for (const id of [280, -1, 1.5, Number.NaN])
      await assert.rejects(model.run({ tokenIds: [id] }), {
        code: 'bad-input',
        message: new RegExp(
          `Token id ${id} is outside the vocabulary of .*${basename(folder)}, which has 280 ids`,
        ),
      });
  });
});

test('a model that knows one segment refuses a pair', async () => {
  const folder = await copies.make('bert-default', {
    config: { type_vocab_size: 1 },
    weights: (all) => {
      const name = 'bert.embeddings.token_type_embeddings.weight';
      const { data } = all.get(name)!;
      all.set(name, { dtype: 'F32', shape: [1, 24], data: data.slice(0, 24) as Float32Array });
    },
  });
  const model = await openFolderModel(folder);
  assert.deepEqual(await idsOf(model, 'no'), [2, 105, 3]);
  await assert.rejects(model.run({ text: 'no', pair: 'no' }), {
    code: 'bad-input',
    message: /knows 1 segment /,
  });
});

test('a signal that has fired cancels the run, and the next one works', async () => {
  await assert.rejects(gpt2.run('no', { signal: AbortSignal.abort() }), { code: 'cancelled' });
  const controller = new AbortController();
  const run = gpt2.run('the mat', { signal: controller.signal, capture: 'blocks.0.hook_resid_mid' });
  controller.abort();
  await assert.rejects(run, { code: 'cancelled' });
  assert.deepEqual(
    (await gpt2.run('no')).tokens.map(({ id }) => id),
    [77, 78],
  );
});
