import assert from 'node:assert/strict';
import { after, suite, test } from 'node:test';
import type { ModelInput } from '../../src/model/index.js';
import { FixtureCopies } from './fixture-copy.js';
import { openFixture, openFolderModel } from './open-fixture.js';
import { idOf, makeTranslator } from './translator.js';

const copies = new FixtureCopies();
after(() => copies.remove());

const ids = (...words: string[]) => words.map(idOf);
const input = { text: 'the cat sat', targetText: 'die katze' };
const end = { before: [], after: ['</s>'] };

async function decoderIds(folder: string, given: ModelInput): Promise<number[]> {
  await using model = await openFolderModel(folder);
  const run = await model.run(given, { capture: [] });
  return run.decoderTokens!.map(({ id }) => id);
}

suite('what the decoder reads', () => {
  test('the start token alone, or the target behind it, without what ends a text', async () => {
    const folder = await makeTranslator(copies, 't5-default', end);
    await using model = await openFolderModel(folder);
    const run = await model.run(input, { capture: [] });
    assert.deepEqual(
      run.tokens.map(({ id }) => id),
      ids('the', 'cat', 'sat', '</s>'),
    );
    // T5 starts with the padding; transformers' shift_tokens_right gives the same for the labels "die katze </s>".
    assert.deepEqual(
      run.decoderTokens!.map(({ id }) => id),
      ids('<pad>', 'die', 'katze'),
    );
    assert.deepEqual(run.decoderTokens!.at(-1)!.offsets, [4, 9]);
    assert.equal(run.subject.targetText, 'die katze');
    assert.deepEqual(await decoderIds(folder, 'the cat'), ids('<pad>'));
    assert.deepEqual(await decoderIds(folder, { text: 'the cat', targetText: '' }), ids('<pad>'));
    assert.deepEqual(await decoderIds(folder, { text: 'the', decoderTokenIds: [0, 7, 1] }), [0, 7, 1]);
  });

  test('a template puts its tokens before the target, and a forced one takes their place', async () => {
    const template = { before: ['<s>'], after: ['</s>'] };
    const plain = await makeTranslator(copies, 'bart-default', template);
    assert.deepEqual(await decoderIds(plain, input), [2, ...ids('<s>', 'die', 'katze')]);
    const config = { forced_bos_token_id: idOf('de_DE') };
    const forced = await makeTranslator(copies, 'bart-default', template, { config });
    assert.deepEqual(await decoderIds(forced, input), [2, ...ids('de_DE', 'die', 'katze')]);
    const behind = { before: [], after: ['</s>', 'en_XX'] };
    const early = await makeTranslator(copies, 'mbart-default', behind, {
      config: { decoder_start_token_id: idOf('de_DE') },
    });
    assert.deepEqual(await decoderIds(early, input), ids('de_DE', 'die', 'katze'));
  });

  test('answers and targets are those of the target', async () => {
    const folder = await makeTranslator(copies, 't5-default', end);
    await using model = await openFolderModel(folder);
    const run = await model.run(input);
    assert.deepEqual(
      run.predictions().map(({ position }) => position),
      [2],
    );
  });

  const refusals: readonly (readonly [string, ModelInput, RegExp])[] = [
    ['both', { ...input, decoderTokenIds: [0] }, /Give targetText or decoderTokenIds, not both/],
    ['no ids', { text: 'the', decoderTokenIds: [] }, /No decoder token ids are given/],
    ['an unknown id', { text: 'the', decoderTokenIds: [0, 67] }, /Token id 67 is outside the vocabulary/],
    [
      'an endless target',
      { text: 'the', decoderTokenIds: Array(513).fill(7) },
      /513 tokens, 1 more than the 512/,
    ],
  ];
  for (const [what, given, message] of refusals) {
    test(`${what}: refused`, async () => {
      const folder = await makeTranslator(copies, 't5-default', end);
      await using model = await openFolderModel(folder);
      await assert.rejects(model.run(given), { code: 'bad-input', message });
    });
  }

  test('a model without a decoder of its own takes no target, and one without a start token needs ids', async () => {
    const gpt2 = await openFixture('gpt2-default');
    await assert.rejects(gpt2.run({ text: 'the', targetText: 'die' }), {
      code: 'bad-input',
      message: /has no decoder beside its encoder: leave targetText out/,
    });
    const config = { decoder_start_token_id: null };
    await using model = await openFolderModel(await copies.make('mbart-default', { config }));
    await assert.rejects(model.run({ tokenIds: [7] }), {
      code: 'bad-input',
      message: /names no decoder_start_token_id: give decoderTokenIds/,
    });
    assert.equal((await model.run({ tokenIds: [7], decoderTokenIds: [9] })).decoderTokens!.length, 1);
  });
});

suite('attention of an encoder-decoder', () => {
  test('explanations carry the tokens of their axes', async () => {
    const model = await openFixture('bart-unusual');
    const run = await model.run({ tokenIds: [7, 8, 9, 10], decoderTokenIds: [5, 6] });
    const shapes = { encoder: [2, 3, 4, 4], decoder: [3, 2, 2, 2], cross: [3, 2, 2, 4] } as const;
    for (const [stack, shape] of Object.entries(shapes)) {
      const found = run.attention({ stack: stack as keyof typeof shapes });
      assert.deepEqual(found.values.shape, shape);
      assert.equal(found.options.stack, stack);
      assert.equal(found.tokens.length, shape[3]);
      assert.equal(found.destinationTokens?.length, stack === 'cross' ? 2 : undefined);
    }
    assert.deepEqual(run.attention().values, run.attention({ stack: 'cross' }).values);
    assert.throws(() => run.attention({ stack: 'encoder', layer: 2 }), {
      code: 'not-found',
      message: /2, counted/,
    });
  });

  test('a model of one stack has no other', async () => {
    const model = await openFixture('gpt2-default');
    const run = await model.run('the mat');
    assert.throws(() => run.attention({ stack: 'cross' }), { code: 'not-found', message: /no cross stack/ });
  });
});

suite('the task of an encoder-decoder whose config names no class', () => {
  const taskOf = async (name: string, changes: Parameters<FixtureCopies['make']>[1]) =>
    (await openFolderModel(await copies.make(name, changes))).task;
  const headless = (all: Map<string, unknown>) => {
    all.delete('lm_head.weight');
    all.delete('final_logits_bias');
  };

  for (const [name, withoutHead] of [
    ['bart-untied', 'base'],
    ['mt5-default', 'base'],
    // Tied tables are an output too.
    ['pegasus-default', 'causal-lm'],
  ] as const) {
    test(`is told by the weights of ${name}`, async () => {
      const config = { architectures: undefined };
      assert.equal(await taskOf(name, { config }), 'causal-lm');
      assert.equal(await taskOf(name, { config, weights: headless }), withoutHead);
    });
  }
});

suite('configs that would be misread are refused by name', () => {
  const cases: readonly (readonly [string, Readonly<Record<string, unknown>>, RegExp])[] = [
    [
      't5-default',
      { feed_forward_proj: 'gated-softsign' },
      /feed_forward_proj .* names the activation "softsign"/,
    ],
    ['t5-default', { tie_encoder_decoder: true }, /sets tie_encoder_decoder to true/],
    ['bart-default', { normalize_before: true }, /sets normalize_before to true/],
    ['pegasus-default', { add_final_layer_norm: false }, /sets add_final_layer_norm to false/],
    [
      'bart-default',
      { encoder_attention_heads: 5 },
      /d_model 24 is not a multiple of encoder_attention_heads 5/,
    ],
    ['bart-default', { architectures: ['BartForQuestionAnswering'] }, /is a BartForQuestionAnswering/],
    ['t5-default', { architectures: ['T5EncoderModel'] }, /is a T5EncoderModel/],
    ['marian-default', { is_encoder_decoder: false }, /sets is_encoder_decoder to false/],
  ];
  for (const [name, config, message] of cases) {
    test(`${name}: ${JSON.stringify(config)}`, async () => {
      await assert.rejects(openFolderModel(await copies.make(name, { config })), { message });
    });
  }
});
