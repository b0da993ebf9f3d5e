import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { after, suite, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { openBundled } from '../../../src/checkpoint/index.js';
import { explanationSchema, precisionSentence, toJson } from '../../../src/explanations/index.js';
import { heatmap, terminalHighlight } from '../../../src/figures/index.js';
import { explain, loadModel, type Model } from '../../../src/index.js';
import { openModel } from '../../../src/model/index.js';
import { comparedText } from '../../../src/model/quantization/precision.js';
import { NodeRuntime } from '../../../src/runtime/node.js';
import { parseTarget } from '../../../src/targets/parse-target.js';
import { checkpointFolder } from '../golden.js';

const runtime = new NodeRuntime();
const prompt = 'Anna met Tom. Anna met';
const open = (name: string, options: object = {}) =>
  loadModel(name, { runtime, weights: 'int8', ...options });
const scratches = () =>
  readdirSync(tmpdir()).filter((name) => name.startsWith(`pellucid-weights-${process.pid}-`));

suite('a model with weights in 8 bits', async () => {
  const exact = await loadModel('pellucid-gpt2', { runtime });
  const rounded = await open('pellucid-gpt2');
  after(async () => {
    await Promise.all([exact.close(), rounded.close()]);
    assert.deepEqual(scratches(), []);
    await runtime.close();
  });

  const logits = async (model: Model, text: string) => {
    const run = await model.run(text, { capture: 'logits', answers: 'none' });
    return run.activation('logits').data as Float32Array;
  };

  test('says how far its numbers are off, as they are on the built-in text', async () => {
    const [a, b] = [await logits(exact, comparedText), await logits(rounded, comparedText)];
    const { vocabularySize: width } = exact.dimensions;
    let [spread, squares, largest, same] = [0, 0, 0, 0];
    for (let start = 0; start < a.length; start += width) {
      const [x, y] = [[...a.subarray(start, start + width)], [...b.subarray(start, start + width)]];
      const mean = x.reduce((sum, value) => sum + value, 0) / width;
      for (const [i, value] of x.entries()) {
        spread += (value - mean) ** 2;
        squares += (value - y[i]!) ** 2;
        largest = Math.max(largest, Math.abs(value - y[i]!));
      }
      if (x.indexOf(Math.max(...x)) === y.indexOf(Math.max(...y))) same += 1;
    }
    const precision = rounded.precision!;
    const near = (actual: number, expected: number) => assert.ok(Math.abs(actual / expected - 1) < 1e-3);
    near(precision.relativeError, Math.sqrt(squares / spread));
    near(precision.largestError, largest / Math.sqrt(spread / a.length));
    assert.equal(precision.sameAnswers, same);
    assert.equal(precision.rows, a.length / width);
    assert.ok(precision.relativeError > 1e-4 && precision.relativeError < 0.05, `${precision.relativeError}`);
    assert.match(
      precisionSentence(precision),
      /approximate.* % of their spread .* at \d+ of \d+ positions\.$/,
    );
    assert.equal(exact.precision, undefined);
  });

  test('computes each product within a hundredth of the exact one', async () => {
    const hook = 'blocks.0.mlp.hook_pre';
    const from = 'blocks.0.hook_resid_mid';
    const run = await exact.run(prompt, { capture: [from, hook], answers: 'none' });
    const given = { given: { [from]: run.activation(from) }, capture: hook, answers: 'none' } as const;
    const own = (await rounded.run(prompt, given)).activation(hook).data as Float32Array;
    const expected = run.activation(hook).data as Float32Array;
    const norm = (values: Float32Array) => Math.hypot(...values);
    const error = norm(expected.map((value, i) => value - own[i]!)) / norm(expected);
    assert.ok(error > 1e-5 && error < 0.01, `${error}`);
  });

  test('marks everything that it gives', async () => {
    const run = await rounded.run(prompt);
    assert.deepEqual(run.subject.precision, rounded.precision);
    assert.match(run.subject.contentHash, / in 8 bits$/);
    const attention = run.attention({ layer: 0, head: 0 });
    assert.match(heatmap(attention).svg, /8-bit weights, approximate/);
    const scores = await explain(rounded, prompt, { method: 'occlusion', verdict: 'off' });
    assert.match(terminalHighlight(scores), /8-bit weights,\s+approximate/);
    const stored = explanationSchema.parse(JSON.parse(toJson(scores)));
    assert.deepEqual(stored.subject.precision, rounded.precision);
  });

  test('takes interventions, optional hook points and generation', async () => {
    const zero = { hook: 'blocks.1.attn.hook_z', heads: [0], edit: 'zero' } as const;
    const edited = await rounded.run(prompt, { capture: 'logits', interventions: [zero] });
    const before = await logits(rounded, prompt);
    assert.notDeepEqual(edited.activation('logits').data, before);
    const none = await rounded.run(prompt, {
      capture: 'logits',
      interventions: [{ hook: 'blocks.1.attn.hook_z', edit: 'scale', value: 1 }],
    });
    assert.deepEqual(none.activation('logits').data, before);
    const result = await rounded.run(prompt, { capture: 'blocks.0.attn.hook_result', answers: 'none' });
    assert.equal(result.activation('blocks.0.attn.hook_result').shape.length, 3);
    const { text } = await rounded.generate(prompt, { maxNewTokens: 5 });
    assert.ok(text.length > 0);
  });

  test('goes block by block to the same numbers, and is planned with less memory', async () => {
    const asked = { capture: 'logits', answers: 'none' } as const;
    const whole = await rounded.run(prompt, asked);
    const parts = await rounded.run(prompt, { ...asked, memory: 'low' });
    assert.deepEqual(parts.activation('logits').data, whole.activation('logits').data);
    const [less, more] = [await rounded.estimate(prompt, asked), await exact.estimate(prompt, asked)];
    assert.ok(less.peakBytes < more.peakBytes, `${less.peakBytes} of ${more.peakBytes}`);
    assert.equal(less.operations, more.operations);
  });

  test('takes no gradients, and says so', async () => {
    const gradient = { target: parseTarget('logit:#5'), of: 'hook_embed' };
    await assert.rejects(rounded.run(prompt, { gradient }), {
      code: 'unsupported',
      message: /pellucid-gpt2 is open with weights in 8 bits, through which no gradient is taken/,
    });
  });

  test('opens models that store matrices the other way round', async () => {
    const bert = await open('pellucid-bert');
    assert.ok(bert.precision!.relativeError < 0.1, `${bert.precision!.relativeError}`);
    const run = await bert.run('Anna met [MASK].');
    assert.equal(run.predictions(1).length, 1);
    await bert.close();
  });

  test('computes the same from bytes in memory, as a browser has them', async () => {
    const files = { ...(await openBundled('pellucid-gpt2')), path: () => undefined };
    const inMemory = await openModel(files, { runtime, weights: 'int8' });
    assert.deepEqual(inMemory.precision, rounded.precision);
    assert.deepEqual(await logits(inMemory, prompt), await logits(rounded, prompt));
    await inMemory.close();
  });

  test('refuses one whose rows are no whole blocks, and leaves nothing', async () => {
    const held = scratches().length;
    await assert.rejects(open(fileURLToPath(checkpointFolder('gpt2-default'))), {
      code: 'unsupported',
      message:
        /cannot be opened in 8 bits: none of its weight matrices has rows of a multiple of 32 numbers\.$/,
    });
    const controller = new AbortController();
    const onWeights = () => controller.abort();
    await assert.rejects(open('pellucid-gpt2', { signal: controller.signal, onWeights }), {
      code: 'cancelled',
    });
    assert.equal(scratches().length, held);
  });

  test('refuses another number of bits by name', async () => {
    await assert.rejects(open('pellucid-gpt2', { weights: 'int4' }), {
      code: 'bad-input',
      message: 'weights can be "int8" or left out, not "int4".',
    });
  });
});
