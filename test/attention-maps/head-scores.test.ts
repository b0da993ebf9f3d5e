import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import {
  type AttentionMap,
  attentionMap,
  commonDistance,
  headSimilarity,
  type MeasuredToken,
  measureHead,
  stripe,
} from '../../src/attention-maps/index.js';

/** A map in which each destination looks at one source alone. */
function looking(sources: readonly number[], count = sources.length): AttentionMap {
  const map = attentionMap(sources.length, count);
  for (const [destination, source] of sources.entries()) map.weights[destination * count + source] = 1;
  return map;
}

const tokensOf = (text: string): MeasuredToken[] =>
  [...text].map((letter) => ({ id: letter.charCodeAt(0), added: letter === '^' || letter === '$' }));

const even = (count: number) => attentionMap(count, count, new Float64Array(count * count).fill(1 / count));

suite('head scores', () => {
  test('each measure is 1 for the head that it is named after', () => {
    const tokens = tokensOf('abcabc');
    assert.equal(measureHead(looking([0, 0, 1, 2, 3, 4]), tokens)['previous-token'], 1);
    assert.equal(measureHead(looking([0, 0, 0, 0, 0, 0]), tokens)['first-token'], 1);
    assert.equal(measureHead(looking([0, 0, 0, 0, 1, 2]), tokens)['duplicate-token'], 1);
    const induction = measureHead(looking([0, 0, 0, 1, 2, 3]), tokens);
    assert.equal(induction.induction, 1);
    assert.equal(induction['duplicate-token'], 0);
    assert.equal(measureHead(looking([0, 5, 0, 5, 0, 5]), tokensOf('^abcd$'))['special-tokens'], 1);
  });

  test('on tokens read twice, the stripes are the means of the diagonals that the definitions name', () => {
    // A[q, k] = 10 q + k, so that each place is known by its weight.
    const map = attentionMap(
      6,
      6,
      Array.from({ length: 36 }, (_, i) => 10 * Math.floor(i / 6) + (i % 6)),
    );
    assert.equal(stripe(map, -1), (10 + 21 + 32 + 43 + 54) / 5);
    assert.equal(stripe(map, -3), (30 + 41 + 52) / 3);
    assert.equal(stripe(map, 1 - 3), (20 + 31 + 42 + 53) / 4);
    assert.equal(stripe(map, 1), (1 + 12 + 23 + 34 + 45) / 5);
    assert.equal(stripe(map, -6), 0);
  });

  test('measures that do not apply are left out', () => {
    assert.deepEqual(Object.keys(measureHead(even(3), tokensOf('abc'))), [
      'previous-token',
      'first-token',
      'positional',
      'entropy',
    ]);
    assert.deepEqual(measureHead(looking([0, 2], 3), null), { 'first-token': 0.5, entropy: 0 });
  });

  test('a token that stands right behind its like is its own continuation', () => {
    assert.equal(measureHead(looking([0, 1]), tokensOf('aa')).induction, 1);
  });

  test('entropy is in bits, and a distance is positional however far it is', () => {
    assert.equal(measureHead(even(8), tokensOf('abcdefgh')).entropy, 3);
    assert.deepEqual(commonDistance(looking([1, 2, 3, 4, 0])), { offset: 1, share: 0.75 });
  });

  test('similarity is 1 for the same pattern and 0 where no place is shared', () => {
    assert.equal(headSimilarity(even(4), even(4)), 1);
    assert.equal(headSimilarity(looking([0, 0]), looking([1, 1])), 0);
    // Jensen–Shannon of (1, 0) and (½, ½): ½ log₂(4/3) + ½ (½ log₂(2/3) + ½ log₂ 2)
    const expected = 1 - (0.5 * Math.log2(4 / 3) + 0.5 * (0.5 * Math.log2(2 / 3) + 0.5));
    const half = attentionMap(1, 2, [0.5, 0.5]);
    assert.ok(Math.abs(headSimilarity(looking([0], 2), half) - expected) < 1e-12);
  });
});
