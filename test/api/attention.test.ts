import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { answer, ModelHost, type OperationName } from '../../src/api/index.js';
import type { Attention, HeadScores, QueryKey } from '../../src/explanations/index.js';
import { bundledSource } from '../server/server.js';

const model = 'pellucid-bert';
const input = { text: 'Unhappily, the cat sat.', pair: 'It was the mat.' };

suite('attention, joined, measured and taken apart over the interface', () => {
  const host = new ModelHost(bundledSource);
  before(() => host.open(model));
  after(() => host.close());
  const ask = async <Result>(name: OperationName, request: object) =>
    (await answer(host, name, { model, input, ...request })) as Result;

  test('words take what goes to their tokens together, and their rows still sum to 1', async () => {
    const all = await ask<Attention>('attention', {});
    const joined = await ask<Attention>('attention', { join: 'words' });
    const words = joined.tokens.map(({ text }) => text);
    assert.ok(words.includes('Unhappily') && words.includes('[CLS]'), String(words));
    assert.ok(joined.tokens.length < all.tokens.length);
    const [layers, heads, rows, columns] = joined.values.shape as [number, number, number, number];
    assert.equal(rows, columns);
    assert.equal(rows, words.length);
    for (let row = 0; row < layers * heads * rows; row++) {
      const sum = joined.values.data.subarray(row * columns, (row + 1) * columns).reduce((a, b) => a + b);
      assert.ok(Math.abs(sum - 1) < 1e-5);
    }
    // [CLS] is a word by itself: what it gives to "Unhappily" is what it gives to its pieces.
    const at = words.indexOf('Unhappily');
    const pieces = all.tokens.findIndex(({ text }) => text.trim().toLowerCase() === 'the') - 1;
    const given = all.values.data.subarray(1, pieces).reduce((a, b) => a + b);
    assert.ok(Math.abs(joined.values.data[at]! - given) < 1e-5, `${joined.values.data[at]} ${given}`);
    assert.deepEqual(new Set(joined.tokens.map(({ segment }) => segment)), new Set([0, 1]));
  });

  test('heads are measured, and one is taken apart', async () => {
    const scores = await ask<HeadScores>('head-scores', { like: { layer: 0, head: 1 } });
    assert.ok(scores.measures.includes('special-tokens') && scores.measures.includes('similarity'));
    const { values, tokens } = await ask<QueryKey>('query-key', { layer: 1, head: 0 });
    const { values: whole } = await ask<Attention>('attention', { layer: 1 });
    assert.deepEqual(values.data, whole.data.slice(0, tokens.length ** 2));
  });

  test('a stack of a model that has one is refused', async () => {
    await assert.rejects(ask('attention', { stack: 'encoder' }), /one stack/);
  });
});
