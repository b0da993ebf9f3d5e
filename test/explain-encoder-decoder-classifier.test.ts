import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { explain } from '../src/explain.js';
import type { Model, ModelInput } from '../src/model/index.js';
import { recompute } from '../src/recompute.js';
import { parseTarget } from '../src/targets/parse-target.js';
import { assertClose } from './methods/method-golden.js';
import { openFixture } from './model/open-fixture.js';

/** Each with its end token and its start token. */
const classifiers = [
  ['bart-sequence-classification', 2, 2],
  ['mbart-sequence-classification', 4, 5],
  ['mt5-sequence-classification', 1, 0],
  ['t5-sequence-classification', 1, 0],
] as const;
const words = [15, 22, 31, 9];
const target = 'class:positive';

async function scoreOf(model: Model, tokenIds: readonly number[]): Promise<number> {
  const gradient = { target: parseTarget(target), of: [] };
  return (await model.run({ tokenIds }, { capture: [], gradient })).target.value;
}

for (const [name, end, start] of classifiers) {
  suite(`${name}: the decoder reads the same text again`, () => {
    const text = [...words, end];

    test('behind the start token, and answers at the end token', async () => {
      await using model = await openFixture(name);
      const run = await model.run({ tokenIds: text }, { capture: 'logits' });
      assert.deepEqual(
        run.decoderTokens!.map(({ id }) => id),
        [start, ...words],
      );
      const given = { tokenIds: text, decoderTokenIds: [start, ...words] };
      assert.deepEqual(
        (await model.run(given, { capture: 'logits' })).activation('logits'),
        run.activation('logits'),
      );
      assert.deepEqual(
        run
          .predictions(3)[0]!
          .candidates.map(({ text }) => text)
          .sort(),
        ['negative', 'neutral', 'positive'],
      );
    });

    test('a token is taken from both readings', async () => {
      await using model = await openFixture(name);
      const why = await explain(model, { tokenIds: text }, { target, removal: '#17', verdict: 'off' });
      const whole = await scoreOf(model, text);
      const expected: number[] = [];
      for (const at of words.keys()) expected.push(whole - (await scoreOf(model, text.toSpliced(at, 1, 17))));
      // The end token is special to the model, and here to no tokenizer; the decoder does not read it.
      assert.deepEqual(
        why.features.map(({ positions }) => positions),
        [[0, 6], [1, 7], [2, 8], [3, 9], [4]],
      );
      assertClose([...why.values.data].slice(0, words.length), expected, 2e-5, 'scores');
      assert.ok(expected.some((score) => Math.abs(score) > 1e-3));
      assert.ok((await recompute(why, model)).same);
    });

    test('gradients reach both readings: their sum is the whole', async () => {
      await using model = await openFixture(name);
      const why = await explain(
        model,
        { tokenIds: text },
        { target, method: 'integrated-gradients', options: { steps: 400 }, removal: '#17', verdict: 'off' },
      );
      const [delta] = why.errors;
      assert.ok(delta!.name === 'convergence delta' && delta!.share! < 0.02, JSON.stringify(delta));
    });

    test('what does not fit is refused', async () => {
      await using model = await openFixture(name);
      const refused = (input: ModelInput, message: RegExp) =>
        assert.rejects(model.run(input), { code: 'bad-input', message });
      await refused({ tokenIds: words }, new RegExp(`end token, id ${end}.* ends with id 9`));
      await refused({ tokenIds: text, targetText: 'more' }, /reads the same text again/);
      await assert.rejects(model.generate({ tokenIds: text }), { code: 'unsupported' });
      const decoder = { target, features: 'tokens', stack: 'decoder', verdict: 'off' } as const;
      await assert.rejects(explain(model, { tokenIds: text }, decoder), { code: 'bad-input' });
    });
  });
}
