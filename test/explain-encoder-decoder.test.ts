import assert from 'node:assert/strict';
import { after, suite, test } from 'node:test';
import { readExplanation, toJson } from '../src/explanations/index.js';
import {
  explain,
  explainGeneration,
  type Model,
  type ModelInput,
  PellucidError,
  parseTarget,
  recompute,
} from '../src/index.js';
import { methods } from '../src/methods/index.js';
import { assertClose } from './methods/method-golden.js';
import { FixtureCopies } from './model/fixture-copy.js';
import { openFixture, openFolderModel } from './model/open-fixture.js';
import { makeTranslator } from './model/translator.js';

const copies = new FixtureCopies();
after(() => copies.remove());

const source = [5, 9, 11, 7, 3];
const written = [0, 6, 12, 8];
const input = { tokenIds: source, decoderTokenIds: written };
const families = ['t5-default', 'bart-default', 'bart-untied', 'm2m_100-default'];
/** The same computation in a batch of another shape. */
const rounding = 2e-5;
const target = 'logit:#10';

async function targetOf(model: Model, given: ModelInput, position?: number): Promise<number> {
  const run = await model.run(given, {
    capture: [],
    gradient: { target: parseTarget(target, { position }), of: [] },
  });
  return run.target.value;
}

const replaced = (ids: readonly number[], at: number, id: number) => ids.toSpliced(at, 1, id);
const scoresOf = ({ values }: { values: { data: Float32Array } }) => [...values.data];

suite('explanations of encoder-decoders', () => {
  test('occlusion is the difference of two runs, on both sides', async () => {
    for (const name of families) {
      await using model = await openFixture(name);
      const options = { target, special: true, verdict: 'off' } as const;
      const whole = await targetOf(model, input);
      const why = await explain(model, input, { ...options, removal: '#17' });
      assert.equal(why.encoderLength, source.length);
      assert.deepEqual(
        why.features.map(({ stack, positions }) => `${stack} ${positions}`),
        [...source.map((_, i) => `encoder ${i}`), ...written.map((_, i) => `decoder ${source.length + i}`)],
      );
      const byHand = [
        ...source.map((_, i) => ({ ...input, tokenIds: replaced(source, i, 17) })),
        ...written.map((_, i) => ({ ...input, decoderTokenIds: replaced(written, i, 17) })),
      ];
      const expected: number[] = [];
      for (const each of byHand) expected.push(whole - (await targetOf(model, each)));
      assertClose(scoresOf(why), expected, rounding, name);
      assert.ok(expected.slice(source.length).some((score) => Math.abs(score) > 1e-3));

      const shorter = await explain(model, input, { ...options, removal: 'delete' });
      const left = [
        ...source.map((_, i) => ({ ...input, tokenIds: source.toSpliced(i, 1) })),
        ...written.map((_, i) => ({ ...input, decoderTokenIds: written.toSpliced(i, 1) })),
      ];
      const gone: number[] = [];
      for (const each of left) gone.push(whole - (await targetOf(model, each)));
      assertClose(scoresOf(shorter), gone, rounding, `${name}, delete`);
    }
  });

  test('a target stays at its token when one before it is left out', async () => {
    await using model = await openFixture('t5-default');
    const why = await explain(model, input, {
      ...{ target: parseTarget(target, { position: 2 }), stack: 'decoder', special: true },
      ...{ removal: 'delete', verdict: 'off' },
    });
    const whole = await targetOf(model, input, 2);
    const without = await targetOf(model, { ...input, decoderTokenIds: written.toSpliced(1, 1) }, 1);
    assertClose([why.values.data[1]!], [whole - without], rounding, 'position 1');
    assert.equal(why.values.data[3], 0); // behind the target
  });

  test('hidden tokens are looked at by no other, in either sequence', async () => {
    await using model = await openFixture('t5-default');
    const hooks = ['encoder.blocks.0.attn', 'decoder.blocks.0.attn', 'decoder.blocks.0.cross_attn'];
    const given = { tokens: model.tokenizer.fromIds(source), decoderTokenIds: written };
    const run = await model.run(
      { ...given, hidden: [1], decoderHidden: [2] },
      { capture: hooks.map((hook) => `${hook}.hook_pattern`) },
    );
    for (const [i, hook] of hooks.entries()) {
      const { data, shape } = run.activation(`${hook}.hook_pattern`);
      const sources = shape[2]!;
      const hidden = i === 1 ? 2 : 1;
      for (const [at, weight] of data.entries()) {
        const itself = i === 1 && Math.floor(at / sources) % shape[1]! === hidden;
        if (at % sources === hidden && !itself) assert.equal(weight, 0);
      }
      assert.ok((data as Float32Array).some((weight) => weight > 0));
    }
    const why = await explain(model, input, { target, removal: 'hide', special: true, verdict: 'off' });
    const whole = await targetOf(model, input);
    const first = await targetOf(model, { ...given, hidden: [1] });
    const second = await targetOf(model, { ...given, decoderHidden: [2] });
    const got = [why.values.data[1]!, why.values.data[source.length + 2]!];
    assertClose(got, [whole - first, whole - second], rounding, 'hide');
  });

  test('integrated gradients add up over both sequences', async () => {
    for (const name of ['t5-default', 'bart-untied']) {
      await using model = await openFixture(name);
      const options = { target, special: true, removal: '#17', verdict: 'off' } as const;
      const why = await explain(model, input, {
        ...{ ...options, method: 'integrated-gradients', options: { steps: 1000 } },
      });
      const nothing = { tokenIds: source.map(() => 17), decoderTokenIds: written.map(() => 17) };
      const difference = (await targetOf(model, input)) - (await targetOf(model, nothing));
      const sum = scoresOf(why).reduce((a, b) => a + b, 0);
      // The path bends wherever a neuron is switched on (ReLU): so much is left with 1000 points.
      assert.ok(Math.abs(sum - difference) <= 2e-3 * Math.max(1, Math.abs(difference)), `${name}: ${sum}`);
      const decoder = scoresOf(why).slice(source.length);
      assert.ok(decoder.some((score) => Math.abs(score) > 1e-3));

      const hook = 'encoder.blocks.0.hook_resid_pre';
      const layer = await explain(model, input, {
        ...{ ...options, method: 'layer-integrated-gradients', options: { steps: 100, hook } },
      });
      assert.ok(layer.errors.every(({ large }) => !large));
      assert.deepEqual(scoresOf(layer).slice(source.length), [0, 0, 0, 0]);
    }
  });

  test('input × gradient is the product at each embedding', async () => {
    await using model = await openFixture('bart-untied');
    const hooks = ['encoder.hook_embed', 'decoder.hook_embed'];
    const run = await model.run(input, {
      capture: hooks,
      gradient: { target: parseTarget(target), of: hooks },
    });
    const expected = hooks.flatMap((hook) => {
      const { data, shape } = run.activation(hook);
      const slopes = run.gradient(hook).data;
      return Array.from({ length: shape[0]! }, (_, position) => {
        let sum = 0;
        for (let i = position * shape[1]!; i < (position + 1) * shape[1]!; i++)
          sum += Number(data[i]) * Number(slopes[i]);
        return sum;
      });
    });
    const why = await explain(model, input, {
      ...{ method: 'input-x-gradient', target, special: true, verdict: 'off' },
    });
    assertClose(scoresOf(why), expected, rounding, 'input-x-gradient');
  });

  test('raw attention is the row of cross attention', async () => {
    await using model = await openFixture('t5-default');
    const why = await explain(model, input, {
      ...{ method: 'raw-attention', options: { layer: 1, head: 2 }, target, special: true, verdict: 'off' },
    });
    const { values } = (await model.run(input)).attention({ stack: 'cross', layer: 1, head: 2 });
    assertClose(scoresOf(why), [...values.data.slice(3 * 5), 0, 0, 0, 0], rounding, 'row');
    assert.match(why.note!, /tokens of the encoder alone/);
  });

  test('every method answers, or names one that does', async () => {
    await using model = await openFixture('t5-default');
    const hook = 'decoder.blocks.0.hook_resid_pre';
    for (const { name, family } of methods) {
      const options = name === 'layer-integrated-gradients' ? { hook } : {};
      const asked = explain(model, input, { method: name, options, target, verdict: 'quick' });
      if (['attention', 'residual-stream'].includes(family) && !/^(raw|gradient)/.test(name)) {
        await assert.rejects(asked, (error: unknown) => {
          return (
            error instanceof PellucidError &&
            /an encoder and a decoder.*use gradient-x-attention/.test(error.message)
          );
        });
      } else {
        const why = await asked;
        assert.equal(why.values.data.length, 8, name); // not the start token
        assert.ok(why.verdict);
      }
    }
  });

  test('the features of one stack alone; a start token is none', async () => {
    await using model = await openFixture('t5-default');
    const encoder = await explain(model, { tokenIds: source }, { target, verdict: 'off' });
    assert.ok(encoder.features.every(({ stack }) => stack === 'encoder'));
    const decoder = await explain(model, input, { target, stack: 'decoder', verdict: 'off' });
    assert.deepEqual(
      decoder.features.map(({ positions }) => positions[0]),
      [6, 7, 8],
    );
    await assert.rejects(explain(model, { tokenIds: source }, { stack: 'decoder' }), { code: 'bad-input' });
    await using other = await openFixture('gpt2-default');
    await assert.rejects(explain(other, { tokenIds: [5, 6] }, { stack: 'encoder' }), /no encoder apart/);
  });
});

suite('explanations of a translator', () => {
  const given = { text: 'the cat sat', targetText: 'die katze' };
  const make = (template = { before: [] as string[], after: ['</s>'] }, name = 't5-default') =>
    makeTranslator(copies, name, template);

  test('words of both texts, with their places in them', async () => {
    await using model = await openFolderModel(await make());
    const why = await explain(model, given, { features: 'words', target: 'logit: hund', verdict: 'off' });
    assert.deepEqual(
      why.features.map(({ label, stack, span, positions }) => [label, stack, span, positions]),
      [
        ['the', 'encoder', [0, 3], [0]],
        ['cat', 'encoder', [4, 7], [1]],
        ['sat', 'encoder', [8, 11], [2]],
        ['die', 'decoder', [0, 3], [5]],
        ['katze', 'decoder', [4, 9], [6]],
      ],
    );
    assert.equal(why.subject.targetText, 'die katze');
    assert.equal(why.target.position, 2);
  });

  test('a continuation goes on with the target', async () => {
    await using model = await openFolderModel(
      await make({ before: ['<s>'], after: ['</s>'] }, 'bart-default'),
    );
    const target = 'continuation: der hund';
    const why = await explain(model, given, { target, verdict: 'off' });
    const [der, hund] = model.tokenizer.encode('der hund', { addSpecialTokens: false });
    assert.deepEqual(
      why.target.answers.map(({ id }) => id),
      [der!.id, hund!.id],
    );
    assert.deepEqual(why.target.places, [3, 4]);
    assert.equal(why.features.length, 5); // the continuation's own tokens are none
    const logs = await model.run({ ...given, targetText: 'die katze der' }, { capture: 'logits' });
    const { data, shape } = logs.activation('logits');
    const logProbability = (position: number, id: number) => {
      const row = [...data.slice(position * shape[1]!, (position + 1) * shape[1]!)].map(Number);
      return row[id]! - Math.log(row.reduce((sum, each) => sum + Math.exp(each), 0));
    };
    assertClose(
      [why.target.value],
      [logProbability(3, der!.id) + logProbability(4, hund!.id)],
      rounding,
      'continuation',
    );
  });

  test('what is stored is made again', async () => {
    await using model = await openFolderModel(await make());
    for (const [asked, options] of [
      [given, { method: 'occlusion', features: 'words' }],
      [given, { method: 'integrated-gradients', target: 'continuation: der hund' }],
      [
        { text: 'the cat', decoderTokenIds: [0, 13] },
        { method: 'raw-attention', stack: 'decoder' },
      ],
      [{ tokenIds: [4, 5, 1] }, { method: 'kernel-shap' }],
    ] as const) {
      const why = await explain(model, asked, options);
      const stored = readExplanation(toJson(why), 'why.json');
      const { same, differences, largest } = await recompute(stored, model);
      assert.ok(same, `${options.method}: ${differences.join()} ${largest}`);
    }
    const run = await model.run(given);
    for (const stack of ['encoder', 'decoder', 'cross'] as const) {
      const { same, differences } = await recompute(run.attention({ stack, layer: 0 }), model);
      assert.ok(same, `${stack}: ${differences.join()}`);
    }
  });

  test('each generated token by the source and the tokens before it', async () => {
    await using model = await openFolderModel(await make());
    const found = await explainGeneration(model, 'the cat sat', {
      ...{ method: 'occlusion', target: 'log-probability', generated: 'die katze sat' },
    });
    assert.deepEqual(found.values.shape, [3, 6]);
    assert.equal(found.encoderLength, 4);
    assert.equal(found.promptLength, 5);
    assert.equal(found.subject.targetText?.replaceAll(' ', ''), 'diekatzesat');
    const { id } = found.tokens.at(-1)!;
    const last = await explain(model, given, { target: `log-probability:#${id}`, verdict: 'off' });
    assertClose([...found.values.data.slice(12, 17)], scoresOf(last), rounding, 'last row');
    assert.equal(found.values.data[17], 0);
    const again = await recompute(readExplanation(toJson(found), 'why.json'), model);
    assert.ok(again.same, again.differences.join());
    const own = await explainGeneration(model, 'the cat sat', { maxNewTokens: 2 });
    assert.ok(own.generated.length <= 2 && own.features.some(({ stack }) => stack === 'encoder'));
  });
});
