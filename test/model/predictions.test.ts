import assert from 'node:assert/strict';
import { after, suite, test } from 'node:test';
import type { Candidate, ModelInput, Prediction } from '../../src/model/index.js';
import { type Tensor, tensor } from '../../src/tensor/index.js';
import { referenceTolerance } from '../tolerances.js';
import { FixtureCopies } from './fixture-copy.js';
import { type GoldenCase, goldenCases } from './golden.js';
import { openFixture, openFolderModel } from './open-fixture.js';

const copies = new FixtureCopies();
after(() => copies.remove());

function caseOf(name: string, which: string): { golden: GoldenCase; input: ModelInput; logits: number[][] } {
  const golden = goldenCases(name).find((each) => each.name === which)!;
  const pair = golden.pairs?.[0];
  const { data, shape } = golden.values.get('logits') as Tensor<'F32'>;
  const width = shape.at(-1)!;
  const rows = Array.from({ length: data.length / width }, (_, i) => [
    ...data.slice(i * width, (i + 1) * width),
  ]);
  return {
    golden,
    input: { text: golden.texts![0]!, ...(pair === undefined ? {} : { pair }) },
    logits: rows,
  };
}

const softmax = (scores: readonly number[]) =>
  scores.map((score) => Math.exp(score) / scores.reduce((sum, other) => sum + Math.exp(other), 0));
const sigmoid = (scores: readonly number[]) => scores.map((score) => 1 / (1 + Math.exp(-score)));

/** The candidates are all classes, sorted, with the reference's logits and what `normalize` makes of them. */
function assertRanked(
  candidates: readonly Candidate[],
  logits: readonly number[],
  normalize: ((scores: readonly number[]) => number[]) | null,
): void {
  assert.equal(candidates.length, logits.length);
  const probabilities = normalize?.(logits);
  for (const [i, { id, probability, score }] of candidates.entries()) {
    assert.ok(i === 0 || score <= candidates[i - 1]!.score);
    assert.ok(Math.abs(score - logits[id]!) <= referenceTolerance);
    if (probabilities) assert.ok(Math.abs(probability! - probabilities[id]!) <= referenceTolerance);
    else assert.equal(probability, null);
  }
  assert.equal(new Set(candidates.map(({ id }) => id)).size, logits.length);
}

const positions = (predictions: readonly Prediction[]) => predictions.map(({ position }) => position);

suite('a masked language model', async () => {
  const model = await openFixture('bert-default');

  test('answers at every mask', async () => {
    const { golden, input, logits } = caseOf('bert-default', 'batch');
    const mask = golden.input_ids[0]!.indexOf(4);
    const [prediction, ...others] = (await model.run(input)).predictions(180);
    assert.equal(others.length, 0);
    assert.equal(prediction!.position, mask);
    assertRanked(prediction!.candidates, logits[mask]!, softmax);
    const total = prediction!.candidates.reduce((sum, { probability }) => sum + probability!, 0);
    assert.ok(Math.abs(total - 1) < 1e-9, `the probabilities sum to ${total}`);
    assert.deepEqual(positions((await model.run({ tokenIds: [2, 4, 5, 4, 3] })).predictions()), [1, 3]);
  });

  test('answers everywhere when there is no mask', async () => {
    const { input, logits } = caseOf('bert-default', 'pair');
    const predictions = (await model.run(input)).predictions(180);
    assert.deepEqual(positions(predictions), [...logits.keys()]);
    for (const [i, { candidates }] of predictions.entries()) assertRanked(candidates, logits[i]!, softmax);
  });

  test('says the same when its logits are captured', async () => {
    const { input } = caseOf('bert-default', 'batch');
    const [plain, captured] = [await model.run(input), await model.run(input, { capture: 'logits' })];
    assert.deepEqual(positions(captured.predictions()), positions(plain.predictions()));
    assert.equal(captured.predictions()[0]!.candidates[0]!.id, plain.predictions()[0]!.candidates[0]!.id);
  });
});

suite('a causal language model', async () => {
  const model = await openFixture('gpt2-default');
  const { input, logits } = caseOf('gpt2-default', 'single');

  test('answers at the last position', async () => {
    const [prediction, ...others] = (await model.run(input)).predictions(280);
    assert.equal(others.length, 0);
    assert.equal(prediction!.position, 3);
    assertRanked(prediction!.candidates, logits[3]!, softmax);
  });

  test('answers where it is asked to', async () => {
    const at = async (answers: 'all' | 'none' | number[]) =>
      (await model.run(input, { answers })).predictions(280);
    assert.deepEqual(positions(await at('all')), [0, 1, 2, 3]);
    assert.deepEqual(positions(await at([-1])), [3]);
    assert.deepEqual(positions(await at([-4, 2, 2])), [0, 2, 2]);
    assert.deepEqual(await at('none'), []);
    assert.deepEqual(await at([]), []);
    for (const { position, candidates } of await at('all'))
      assertRanked(candidates, logits[position!]!, softmax);
  });

  test('refuses a position outside the text', async () => {
    for (const position of [4, -5, 0.5]) {
      await assert.rejects(model.run(input, { answers: [position] }), {
        code: 'bad-input',
        message: `Position ${position} is outside the text, which has 4 tokens (0 to 3).`,
      });
    }
  });

  test('gives five candidates unless asked for more', async () => {
    const run = await model.run(input);
    assert.equal(run.predictions()[0]!.candidates.length, 5);
    assert.equal(run.predictions(1)[0]!.candidates.length, 1);
    for (const { id, text } of run.predictions()[0]!.candidates)
      assert.equal(text, model.tokenizer.readable(id));
  });
});

test('a table longer than the vocabulary is read and predicted by number', async () => {
  const gpt2 = await openFixture('gpt2-default');
  const { vocabularySize } = gpt2.dimensions;
  const width = gpt2.dimensions.width;
  const folder = await copies.make('gpt2-default', {
    config: { vocab_size: vocabularySize + 2 },
    weights: (weights) => {
      const [name] = [...weights.keys()].filter((key) => key.endsWith('wte.weight'));
      const data = new Float32Array((vocabularySize + 2) * width);
      data.set((weights.get(name!) as Tensor<'F32'>).data);
      weights.set(name!, tensor('F32', [vocabularySize + 2, width], data));
    },
  });
  const model = await openFolderModel(folder);
  const run = await model.run({ tokenIds: [1, vocabularySize + 1] });
  assert.equal(run.tokens[1]!.text, `#${vocabularySize + 1}`);
  const [prediction] = run.predictions(vocabularySize + 2);
  const bare = prediction!.candidates.filter(({ id }) => id >= vocabularySize).map(({ text }) => text);
  assert.deepEqual(bare.sort(), [`#${vocabularySize}`, `#${vocabularySize + 1}`]);
  await assert.rejects(model.run({ tokenIds: [vocabularySize + 2] }), { code: 'bad-input' });
});

suite('a classifier of texts', () => {
  for (const name of ['bert-sequence-classification', 'gpt2-sequence-classification']) {
    test(name, async () => {
      const model = await openFixture(name);
      const { input, logits } = caseOf(name, 'single');
      const [prediction] = (await model.run(input)).predictions();
      assert.equal(prediction!.position, null);
      assertRanked(prediction!.candidates, logits[0]!, softmax);
      for (const { id, text } of prediction!.candidates) assert.equal(text, model.labels[id]);
    });
  }

  test('with several labels at once', async () => {
    const { input, logits } = caseOf('bert-multi-label', 'single');
    const [prediction] = (await (await openFixture('bert-multi-label')).run(input)).predictions();
    assertRanked(prediction!.candidates, logits[0]!, sigmoid);
    assert.deepEqual(prediction!.candidates.map(({ text }) => text).sort(), [
      'anger',
      'fear',
      'joy',
      'surprise',
    ]);
  });

  test('a regression has a score and no probability, of one number or of several', async () => {
    const { input, logits } = caseOf('bert-regression', 'single');
    const [prediction] = (await (await openFixture('bert-regression')).run(input)).predictions();
    assertRanked(prediction!.candidates, logits[0]!, null);
    const folder = await copies.make('bert-multi-label', { config: { problem_type: 'regression' } });
    const [several] = (await (await openFolderModel(folder)).run(input)).predictions();
    assertRanked(several!.candidates, caseOf('bert-multi-label', 'single').logits[0]!, null);
  });
});

test('a classifier of tokens answers at each', async () => {
  const { input, logits } = caseOf('bert-token-classification', 'single');
  const model = await openFixture('bert-token-classification');
  const predictions = (await model.run(input)).predictions();
  assert.deepEqual(positions(predictions), [...logits.keys()]);
  for (const [i, { candidates }] of predictions.entries()) {
    assertRanked(candidates, logits[i]!, softmax);
    for (const { id, text } of candidates) assert.equal(text, model.labels[id]);
  }
});

test('a model without a head answers nothing', async () => {
  for (const name of ['bert-base-names', 'bert-no-pooler'])
    assert.deepEqual((await (await openFixture(name)).run('no')).predictions(), []);
});

suite('a question answerer', async () => {
  const model = await openFixture('bert-question-answering');

  test('gives the spans of the context, the most probable first', async () => {
    const { golden, logits } = caseOf('bert-question-answering', 'pair');
    const [text, pair] = [golden.texts![0]!, golden.pairs![0]!];
    const run = await model.run({ text, pair });
    const places = golden.token_type_ids![0]!.flatMap((segment, i) =>
      segment === 1 && golden.input_ids[0]![i] !== 3 ? [i] : [],
    );
    const total = (side: 0 | 1) => places.reduce((sum, i) => sum + Math.exp(logits[i]![side]!), 0);
    const spans = places.flatMap((from) =>
      places
        .filter((to) => to >= from && to < from + 15)
        .map((to) => {
          const score = logits[from]![0]! + logits[to]![1]!;
          const [start, end] = [run.tokens[from]!.offsets![0], run.tokens[to]!.offsets![1]];
          return {
            from,
            score,
            probability: Math.exp(score) / total(0) / total(1),
            text: pair.slice(start, end),
          };
        }),
    );
    spans.sort((a, b) => b.score - a.score);
    const { position, candidates } = run.predictions(1000)[0]!;
    assert.equal(position, null);
    assert.equal(candidates.length, spans.length);
    for (const [i, { id, text: words, score, probability }] of candidates.entries()) {
      const span = spans[i]!;
      assert.deepEqual({ id, words }, { id: span.from, words: span.text });
      assert.ok(Math.abs(score - span.score) <= 2 * referenceTolerance);
      assert.ok(Math.abs(probability! - span.probability) <= referenceTolerance);
    }
  });

  test('takes the whole text where there is no pair, and at most 15 tokens', async () => {
    const run = await model.run({ tokenIds: [2, ...Array.from({ length: 14 }, (_, i) => 60 + i), 3] });
    assert.equal(run.predictions(1000)[0]!.candidates.length, (14 * 15) / 2);
    const longest = Array.from({ length: 16 }, (_, i) => 60 + i);
    const spans = (await model.run({ tokenIds: longest })).predictions(1000)[0]!.candidates;
    assert.equal(spans.length, (16 * 17) / 2 - 1);
  });
});
