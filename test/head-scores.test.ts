import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { PellucidError } from '../src/errors.js';
import type { HeadScores } from '../src/explanations/index.js';
import { headScores } from '../src/head-scores.js';
import { loadModel } from '../src/load-model.js';
import { openFixture } from './model/open-fixture.js';

const valuesOf = ({ measures, values }: HeadScores, name: string) => {
  const size = values.shape[1]! * values.shape[2]!;
  const at = measures.indexOf(name);
  assert.ok(at >= 0, `${name} is not among ${measures}`);
  return [...values.data.subarray(at * size, (at + 1) * size)];
};

suite('head scores of a model', () => {
  test('the bundled model has a previous-token head, and induction heads in the layer above it', async () => {
    await using model = await loadModel('pellucid-gpt2');
    const scores = await headScores(model, 'unused', { on: 'repeated', length: 20 });
    const heads = scores.values.shape[2]!;
    const strongest = (name: string, layer: number) =>
      Math.max(...valuesOf(scores, name).slice(layer * heads, (layer + 1) * heads));
    assert.ok(strongest('previous-token', 0) > 0.9, `${strongest('previous-token', 0)}`);
    assert.ok(strongest('induction', 1) > 0.8, `${strongest('induction', 1)}`);
    assert.ok(strongest('induction', 0) < 0.1, `${strongest('induction', 0)}`);
    assert.equal(scores.tokens.length, 40);
  });

  test('a seed decides the random tokens', async () => {
    await using model = await openFixture('gpt2-default');
    const ids = async (seed: number) =>
      (await headScores(model, 'a', { on: 'repeated', length: 6, seed })).tokens.map(({ id }) => id);
    assert.deepEqual(await ids(3), await ids(3));
    assert.notDeepEqual(await ids(3), await ids(4));
    const [first] = [await ids(3)];
    assert.deepEqual(first.slice(0, 6), first.slice(6));
    assert.equal(new Set(first).size, 6);
  });

  test('BERT keeps its special tokens around those that are read twice', async () => {
    await using model = await loadModel('pellucid-bert');
    const { tokens } = await headScores(model, 'a', { on: 'repeated', length: 5 });
    assert.deepEqual(
      tokens.map(({ special }) => special),
      [true, ...Array(10).fill(false), true],
    );
  });

  test('the chosen head is the one that is most like itself', async () => {
    await using model = await loadModel('pellucid-gpt2');
    const like = { layer: 1, head: 2 };
    const scores = await headScores(model, 'Anna met Tom. Anna met', { like });
    const found = valuesOf(scores, 'similarity');
    assert.equal(found.indexOf(Math.max(...found)), 1 * scores.values.shape[2]! + 2);
    assert.equal(Math.max(...found), 1);
  });

  test('cross attention has fewer measures; what is not there is refused', async () => {
    await using model = await openFixture('t5-default');
    const input = { tokenIds: [5, 6, 7], decoderTokenIds: [0, 8] };
    assert.deepEqual((await headScores(model, input)).measures, ['first-token', 'entropy']);
    const encoder = await headScores(model, input, { stack: 'encoder' });
    assert.ok(encoder.measures.includes('previous-token'));
    const refused = (code: string) => (error: unknown) =>
      error instanceof PellucidError && error.code === code;
    await assert.rejects(headScores(model, input, { on: 'repeated' }), refused('unsupported'));
    await assert.rejects(headScores(model, input, { like: { layer: 99, head: 0 } }), refused('not-found'));
  });
});
