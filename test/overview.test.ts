import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { explain, loadModel, type Model, type ModelInput, overview } from '../src/index.js';
import { openFixture } from './model/open-fixture.js';

const text = 'Anna met Tom in the park. Anna met';

suite('the overview', () => {
  test('each number is that of a run with the part set to zero, and no other head moves the answer more', async () => {
    await using model = await loadModel('pellucid-gpt2');
    const { target, attribution, head, mlp, predictions, cost, notes } = await overview(model, text);
    assert.deepEqual(notes, []);
    assert.equal(target!.answers[0]!.text, predictions[0]!.candidates[0]!.text);
    const without = async (hook: string, heads?: number[], positions?: number[]) => {
      const found = await model.run(text, {
        capture: 'logits',
        interventions: [
          { hook, edit: 'zero', ...(heads ? { heads } : {}), ...(positions ? { positions } : {}) },
        ],
      });
      const { data } = found.activation('logits');
      const size = model.dimensions.vocabularySize;
      return target!.value - Number(data[target!.position! * size + target!.answers[0]!.id]);
    };
    const near = (a: number, b: number) => assert.ok(Math.abs(a - b) < 1e-3, `${a} and ${b}`);
    near(head!.effect, await without(head!.hook, [head!.head!]));
    near(mlp!.effect, await without(mlp!.hook, undefined, [mlp!.position!]));
    for (let layer = 0; layer < model.dimensions.layers; layer++) {
      for (let each = 0; each < model.dimensions.heads; each++) {
        const effect = await without(`blocks.${layer}.attn.hook_z`, [each]);
        assert.ok(Math.abs(effect) <= Math.abs(head!.effect) + 1e-3, `${layer}.${each}: ${effect}`);
      }
    }
    const alone = await explain(model, text, { target: 'logit', features: 'words' });
    assert.deepEqual(attribution!.values.data, alone.values.data);
    assert.deepEqual(attribution!.verdict, alone.verdict);
    assert.ok(cost > head!.verdict.cost + mlp!.verdict.cost);
  });

  test('where there are many parts the gradient finds the same one', async () => {
    await using model = await loadModel('pellucid-gpt2');
    const sentence = 'Anna met Tom in the park, and then they went to the house of a friend.';
    const long = `${sentence} ${sentence} ${sentence} ${sentence} ${text}`;
    const { tokens, mlp, target } = await overview(model, long);
    assert.ok(tokens.length * model.dimensions.layers > 256);
    const hooks = Array.from({ length: model.dimensions.layers }, (_, i) => `blocks.${i}.hook_mlp_out`);
    const variants = hooks.flatMap((hook) =>
      tokens.map((_, position) => [{ hook, positions: [position], edit: 'zero' as const }]),
    );
    const runs = await model.sweep(long, variants, { capture: 'logits' });
    const { answers, position, value } = target!;
    const size = model.dimensions.vocabularySize;
    const effects = runs.map((run) =>
      Math.abs(value - Number(run.activation('logits').data[position! * size + answers[0]!.id])),
    );
    const most = effects.indexOf(Math.max(...effects));
    assert.deepEqual(
      [mlp!.hook, mlp!.position],
      [hooks[Math.floor(most / tokens.length)], most % tokens.length],
    );
    assert.ok(mlp!.verdict.cost < 256);
  });

  test('the words of a masked model are those of its mask', async () => {
    await using model = await loadModel('pellucid-bert');
    const { target, head } = await overview(model, `${text} [MASK].`);
    assert.equal(target!.answers[0]!.text, 'tom');
    assert.equal(head!.verdict.conclusion, 'supported');
    const none = await overview(model, text);
    assert.equal(none.target, null);
    assert.match(none.notes[0]!, /no mask token/);
  });

  const cases: readonly (readonly [string, ModelInput, (model: Model) => unknown])[] = [
    ['bert-sequence-classification', { text: 'hello', pair: 'world' }, () => null],
    ['bert-token-classification', 'hello world', () => undefined],
    ['bert-question-answering', { text: 'hello', pair: 'the world' }, () => undefined],
    ['gpt2-default', { tokenIds: [1, 2, 3] }, () => 2],
  ];
  for (const [name, input, position] of cases) {
    test(`${name} is explained too`, async () => {
      await using model = await openFixture(name);
      const { target, attribution, head, mlp } = await overview(model, input);
      const wanted = position(model);
      if (wanted !== undefined) assert.equal(target!.position, wanted);
      for (const found of [attribution, head, mlp]) assert.match(found!.verdict!.conclusion, /^\w/);
      assert.ok(Number.isFinite(head!.effect));
    });
  }

  test('an encoder-decoder is explained by both its sequences, a model without a head its tokens', async () => {
    await using both = await openFixture('t5-default');
    const found = await overview(both, { tokenIds: [5, 6, 7, 1], decoderTokenIds: [0, 4] });
    assert.match(found.head!.hook, /cross_attn\.hook_z$/);
    assert.equal(found.attribution!.features.length, 5);
    assert.deepEqual(found.notes, []);
    await using base = await openFixture('bert-no-pooler');
    const seen = await overview(base, 'hello');
    assert.equal(seen.target, null);
    assert.ok(seen.tokens.length > 0);
    assert.match(seen.notes[0]!, /predicts nothing/);
  });

  test('a cancelled one stops', async () => {
    await using model = await openFixture('gpt2-default');
    await assert.rejects(overview(model, 'hello', { signal: AbortSignal.abort() }));
  });
});
