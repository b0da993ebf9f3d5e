import assert from 'node:assert/strict';
import { after, suite, test } from 'node:test';
import { loadModel } from '../../../src/load-model.js';
import type { Generation, NewToken } from '../../../src/model/index.js';
import { FixtureCopies } from '../fixture-copy.js';
import { CountingRuntime } from './counting-runtime.js';
import { generatingFolder, golden, goldenCase } from './golden-generations.js';

const runtime = new CountingRuntime();
const model = await loadModel(generatingFolder, { runtime });
const copies = new FixtureCopies();
after(async () => {
  await model.close();
  await runtime.close();
  await copies.remove();
});

const maxNewTokens = golden.max_new_tokens;
const newIds = ({ tokens, promptLength }: Generation) => tokens.slice(promptLength).map(({ id }) => id);

/** The ids of `single` in the golden file. */
const [single] = goldenCase('single').generated;
const prompt = goldenCase('single').texts[0]!;

suite('greedy texts are those of the reference', () => {
  for (const { name, texts, input_ids, eos_token_id, generated } of golden.cases) {
    test(name, async () => {
      const found = await model.generateBatch(texts, { maxNewTokens, endTokens: eos_token_id ?? [] });
      assert.deepEqual(found.map(newIds), generated);
      for (const [row, { tokens, promptLength, finishReason, seed }] of found.entries()) {
        assert.deepEqual(
          tokens.slice(0, promptLength).map(({ id }) => id),
          input_ids[row],
        );
        assert.equal(finishReason, eos_token_id ? 'eos' : 'length');
        assert.equal(seed, null);
      }
    });
  }

  test('each text of a batch is what it is alone', async () => {
    const { texts, generated, eos_token_id } = goldenCase('batch-eos');
    for (const [row, text] of texts.entries()) {
      const one = await model.generate(text, { maxNewTokens, endTokens: eos_token_id! });
      assert.deepEqual(newIds(one), generated[row]);
    }
  });

  test('the cache gives what reading everything again gives', async () => {
    const ids = [...goldenCase('single').input_ids[0]!];
    const made = await model.generate({ tokenIds: ids }, { maxNewTokens, endTokens: [] });
    for (const [i, id] of newIds(made).entries()) {
      const run = await model.run({ tokenIds: ids }, { capture: [] });
      const best = run.predictions(1)[0]!.candidates[0]!;
      assert.equal(best.id, id);
      assert.ok(Math.abs(Math.log(best.probability!) - made.logProbabilities[i]!) <= 1e-5);
      ids.push(id);
    }
  });
});

suite('a text ends', () => {
  test('at the eos_token_id of generation_config.json, before that of config.json', async () => {
    const own = await copies.make('gpt2-generation', { config: { eos_token_id: single![3] } });
    const end = async (settings?: unknown) => {
      if (settings !== undefined) await copies.write(own, 'generation_config.json', settings);
      await using opened = await loadModel(own);
      return newIds(await opened.generate(prompt, { maxNewTokens }));
    };
    assert.deepEqual(await end(), single!.slice(0, 2));
    assert.deepEqual(await end({ eos_token_id: [78, 264] }), single!.slice(0, 9));
    assert.deepEqual(await end({ eos_token_id: 264 }), single!.slice(0, 9));
    assert.deepEqual(await end({ eos_token_id: null }), single);
    assert.deepEqual(await end({}), single);
    await assert.rejects(end({ eos_token_id: 'end' }), {
      code: 'bad-checkpoint',
      message: /generation_config\.json of .* eos_token_id must be a token id, .* not "end"/,
    });
  });

  test('before a stop string, also one across tokens', async () => {
    const whole = await model.generate(prompt, { maxNewTokens, endTokens: [] });
    const texts = whole.tokens.slice(whole.promptLength).map(({ text }) => text);
    const at = texts.findIndex((text, i) => /^\w+$/.test(text) && /^\w+$/.test(texts[i + 1] ?? ''));
    const stop = texts[at]!.slice(-1) + texts[at + 1]!.slice(0, 1);
    const cut = await model.generate(prompt, { maxNewTokens, endTokens: [], stop: ['never', stop] });
    assert.equal(cut.finishReason, 'stop');
    assert.equal(cut.text, whole.text.slice(0, whole.text.indexOf(stop)));
    assert.deepEqual(newIds(cut), newIds(whole).slice(0, newIds(cut).length));
    assert.ok(!cut.text.includes(stop));
  });

  test('where the context does', async () => {
    const long = Array.from({ length: 90 }, (_, i) => i);
    const made = await model.generate({ tokenIds: long }, { maxNewTokens, endTokens: [] });
    assert.equal(made.finishReason, 'context');
    assert.equal(made.tokens.length, 96);
    const capture = 'blocks.0.hook_resid_post';
    const full = Array.from({ length: 96 }, (_, i) => i);
    const none = await model.generate({ tokenIds: full }, { capture });
    assert.equal(none.finishReason, 'context');
    assert.equal(none.text, '');
    assert.deepEqual(none.run.activation(capture).shape, [96, 24]);
    await assert.rejects(model.generate({ tokenIds: [...full, 1] }), { code: 'bad-input' });
  });
});

suite('while it is made', () => {
  test('tokens come one by one, and their texts add up to the text', async () => {
    const { texts } = goldenCase('batch');
    const seen: NewToken[] = [];
    const found = await model.generateBatch(texts, {
      maxNewTokens: 20,
      endTokens: [],
      onToken: (token) => void seen.push(token),
    });
    for (const [row, made] of found.entries()) {
      const own = seen.filter((token) => token.row === row);
      assert.deepEqual(
        own.map(({ id }) => id),
        newIds(made),
      );
      assert.deepEqual(
        own.map(({ logProbability }) => logProbability),
        made.logProbabilities,
      );
      assert.equal(own.map(({ text }) => text).join(''), made.text);
    }
    assert.deepEqual(
      seen.slice(0, 6).map(({ row }) => row),
      [0, 1, 2, 0, 1, 2],
    );
  });

  test('the next token waits for the callback', async () => {
    let waiting = 0;
    await model.generate(prompt, {
      maxNewTokens: 4,
      onToken: async () => {
        assert.equal(waiting++, 0);
        await new Promise((resolve) => setTimeout(resolve, 2));
        waiting -= 1;
      },
    });
  });

  test('it can be cancelled after any token, and nothing stays in the engine', async () => {
    const controller = new AbortController();
    const reason = new Error('enough');
    let count = 0;
    const onToken = () => {
      count += 1;
      if (count === 3) controller.abort(reason);
    };
    const { signal } = controller;
    await assert.rejects(model.generate(prompt, { maxNewTokens, endTokens: [], onToken, signal }), {
      code: 'cancelled',
      cause: reason,
    });
    assert.equal(count, 3);
    assert.equal(runtime.kept.size, 0);
  });

  test('an error of the callback ends it, and nothing stays in the engine', async () => {
    const error = new Error('mine');
    const onToken = () => Promise.reject(error);
    await assert.rejects(model.generate(prompt, { onToken }), error);
    assert.equal(runtime.kept.size, 0);
  });

  test('the engine keeps two generations of keys and values at most, and reads the prompt once', async () => {
    const layers = model.dimensions.layers;
    runtime.most = 0;
    runtime.runs = 0;
    await model.generate(prompt, { maxNewTokens: 10, endTokens: [] });
    assert.equal(runtime.runs, 10);
    assert.equal(runtime.most, 2 * 2 * layers);
    assert.equal(runtime.kept.size, 0);
  });
});

suite('sampling', () => {
  test('gives the same text for the seed that the result names', async () => {
    const options = { temperature: 1.5, topK: 50, topP: 0.9, maxNewTokens, endTokens: [] };
    const made = await model.generate(prompt, options);
    assert.deepEqual(newIds(await model.generate(prompt, { ...options, seed: made.seed! })), newIds(made));
  });

  test('gives another text for another seed', async () => {
    // The seeds are fixed, for two random ones can give the same text.
    const options = { temperature: 1.5, topK: 50, topP: 0.9, maxNewTokens, endTokens: [] };
    const [one, other] = [1, 2].map((seed) => model.generate(prompt, { ...options, seed }));
    assert.notDeepEqual(newIds(await one!), newIds(await other!));
  });

  test('each text of a batch has a seed of its own, with which it comes again alone', async () => {
    const options = { temperature: 2, maxNewTokens: 12, endTokens: [] };
    const batch = await model.generateBatch([prompt, prompt, 'no'], { ...options, seed: 2 ** 32 - 2 });
    assert.deepEqual(
      batch.map(({ seed }) => seed),
      [2 ** 32 - 2, 2 ** 32 - 1, 0],
    );
    assert.notDeepEqual(newIds(batch[0]!), newIds(batch[1]!));
    const alone = await model.generate('no', { ...options, seed: 0 });
    assert.deepEqual(newIds(batch[2]!), newIds(alone));
  });

  test('the only token of the top 1 is the greedy one', async () => {
    const made = await model.generate(prompt, { maxNewTokens, endTokens: [], topK: 1, seed: 9 });
    assert.deepEqual(newIds(made), single);
  });
});

suite('what cannot be generated is refused', () => {
  test('by a model with another head', async () => {
    for (const name of ['bert-default', 'gpt2-sequence-classification']) {
      const folder = generatingFolder.replace('gpt2-generation', name);
      await using other = await loadModel(folder);
      await assert.rejects(other.generate('no'), { code: 'unsupported', message: /cannot generate text/ });
    }
  });

  test('with options that are no options', async () => {
    await assert.rejects(model.generate(prompt, { maxNewTokens: 0 }), { code: 'bad-input' });
    await assert.rejects(model.generate(prompt, { stop: [''] }), { code: 'bad-input' });
    await assert.rejects(model.generate(prompt, { capture: 'blocks.9.hook_resid_pre' }), {
      code: 'not-found',
    });
    assert.deepEqual(await model.generateBatch([]), []);
  });

  test('from weights that are damaged: the hook point is named', async () => {
    const folder = await copies.make('gpt2-generation', {
      weights: (weights) => {
        const name = [...weights.keys()].find((key) => key.endsWith('h.1.mlp.c_fc.bias'))!;
        (weights.get(name)!.data as Float32Array)[0] = Number.NaN;
      },
    });
    await using damaged = await loadModel(folder);
    await assert.rejects(damaged.generate(prompt), {
      code: 'non-finite',
      message: /first at blocks\.1\..* \(layer 1\)/,
    });
  });

  test('a checkpoint without a tokenizer goes on from ids', async () => {
    const without = ['tokenizer.json', 'tokenizer_config.json'];
    await using bare = await loadModel(await copies.make('gpt2-generation', { without }));
    const tokenIds = goldenCase('single').input_ids[0]!;
    const made = await bare.generate({ tokenIds }, { maxNewTokens: 3 });
    assert.deepEqual(newIds(made), single!.slice(0, 3));
    assert.equal(made.text, ' #22 #214 #214');
  });
});
