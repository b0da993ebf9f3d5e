import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import {
  explain,
  explainGeneration,
  loadModel,
  type Model,
  PellucidError,
  parseTarget,
} from '../src/index.js';
import { assertClose } from './methods/method-golden.js';
import { openFixture } from './model/open-fixture.js';

const prompt = 'Anna met Tom in the park.';

suite('the explanation of a generated text', () => {
  let model: Model;
  before(async () => {
    model = await loadModel('pellucid-gpt2');
  });
  after(() => model.close());

  for (const method of ['occlusion', 'input-x-gradient', 'integrated-gradients']) {
    test(`each row is what ${method} says of the text before its token`, async () => {
      const found = await explainGeneration(model, prompt, {
        method,
        maxNewTokens: 3,
        target: 'log-probability',
      });
      const { generated, values, tokens, promptLength, features } = found;
      assert.deepEqual(values.axes, ['generated', 'feature']);
      assert.deepEqual(values.shape, [3, tokens.length]);
      assert.equal(features.length, tokens.length);
      const written = await model.generate(prompt, { maxNewTokens: 3 });
      for (const [row, { position, target, present }] of generated.entries()) {
        assert.equal(position, promptLength + row);
        assertClose([target!.value], [written.logProbabilities[row]!], 1e-4, 'log-probability');
        const alone = await explain(
          model,
          { tokens: tokens.slice(0, position) },
          {
            ...{ method, verdict: 'off' },
            target: parseTarget(`log-probability:#${tokens[position]!.id}`),
          },
        );
        const own = values.data.slice(row * features.length, (row + 1) * features.length);
        assert.equal(present, position);
        assertClose(own.subarray(0, present), alone.values.data, 1e-6, `row ${row}`);
        assert.ok(own.subarray(present).every((score) => score === 0));
      }
    });
  }

  test('words that are being written have the tokens that they have so far', async () => {
    const generated = ' Anna met Tom again.';
    const found = await explainGeneration(model, prompt, {
      method: 'saliency',
      generated,
      features: 'words',
    });
    assert.equal(found.subject.text, prompt + generated);
    assert.equal(
      found.features.map(({ label }) => label).join(' '),
      (prompt + generated).replaceAll('.', ' .'),
    );
    const rows = found.generated.map(({ present }) => present);
    assert.ok(rows.every((present, i) => i === 0 || present >= rows[i - 1]!));
    assert.equal(found.tokens.length - found.promptLength, found.generated.length);
    assert.deepEqual(
      found.tokens
        .slice(found.promptLength)
        .map(({ text }) => text)
        .join(''),
      generated,
    );
  });

  test('sampled methods have their standard errors, and a seed makes the same numbers', async () => {
    const ask = () =>
      explainGeneration(model, prompt, { method: 'smooth-grad', maxNewTokens: 2, options: { samples: 4 } });
    const [first, second] = [await ask(), await ask()];
    assert.deepEqual(first.values.data, second.values.data);
    assert.ok(first.standardError!.data[0]! > 0);
  });

  test('what cannot be explained so is refused', async () => {
    const refuses = (asked: Promise<unknown>, message: RegExp) =>
      assert.rejects(
        asked,
        (error: unknown) => error instanceof PellucidError && message.test(error.message),
      );
    await refuses(explainGeneration(model, prompt, { target: 'entropy' }), /entropy/);
    await refuses(explainGeneration(model, prompt, { target: 'continuation' }), /take logit/);
    await using bert = await openFixture('bert-default');
    await refuses(explainGeneration(bert, 'the dog'), /does not go on with a text/);
  });
});
