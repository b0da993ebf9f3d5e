import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import {
  drawGreedily,
  drawWith,
  logProbability,
  settleSeed,
  warped,
} from '../../../src/model/generation/sampling.js';
import { golden } from './golden-generations.js';

suite('probabilities are warped as the reference warps them', () => {
  for (const { temperature, top_k, top_p, logits, probabilities } of golden.warped) {
    test(`temperature ${temperature}, top-k ${top_k}, top-p ${top_p}`, () => {
      const options = {
        temperature: temperature ?? undefined,
        topK: top_k ?? undefined,
        topP: top_p ?? undefined,
      };
      const found = warped(Float32Array.from(logits), options);
      for (const [id, expected] of probabilities.entries()) {
        assert.equal(found[id] === 0, expected === 0, `whether ${id} can be drawn`);
        // The reference computes in float32.
        assert.ok(Math.abs(found[id]! - expected) <= 1e-6, `${id}: ${found[id]} instead of ${expected}`);
      }
    });
  }

  test('tokens equal to the last of the top k stay', () => {
    assert.deepEqual([...warped(Float32Array.of(1, 2, 1, 0), { topK: 2 })].map(Math.sign), [1, 1, 1, 0]);
    assert.deepEqual([...warped(Float32Array.of(1, 2), { topK: 9 })].map(Math.sign), [1, 1]);
  });
});

suite('drawing', () => {
  const logits = Float32Array.of(0, Math.log(2), Math.log(5), Number.NEGATIVE_INFINITY);
  const drawMany = (seed: number, count: number) => {
    const draw = drawWith({}, seed);
    return Array.from({ length: count }, () => draw(logits));
  };

  test('is the same for the same seed, and another for another', () => {
    assert.deepEqual(drawMany(7, 30), drawMany(7, 30));
    assert.notDeepEqual(drawMany(7, 30), drawMany(8, 30));
  });

  test('gives the tokens of a seed that is written down', () => {
    assert.deepEqual(drawMany(42, 16), [2, 2, 2, 1, 2, 2, 2, 2, 2, 1, 1, 0, 1, 2, 2, 2]);
  });

  test('follows the probabilities with the first token of many seeds too', () => {
    const counts = [0, 0, 0, 0];
    for (let seed = 0; seed < 800; seed++) counts[drawMany(seed, 1)[0]!]! += 1;
    // 1/8, 2/8, 5/8 of 800, with standard deviations of at most 14: five of them.
    for (const [id, expected] of [100, 200, 500, 0].entries())
      assert.ok(Math.abs(counts[id]! - expected) <= (expected === 0 ? 0 : 70), `${id}: ${counts[id]}`);
  });

  test('follows the probabilities', () => {
    const counts = [0, 0, 0, 0];
    for (const id of drawMany(1, 8000)) counts[id]! += 1;
    // 1/8, 2/8, 5/8 of 8000, with standard deviations of at most 44: five of them.
    for (const [id, expected] of [1000, 2000, 5000, 0].entries())
      assert.ok(Math.abs(counts[id]! - expected) <= (expected === 0 ? 0 : 220), `${id}: ${counts[id]}`);
  });

  test('greedily takes the first of equal tokens', () => {
    assert.equal(drawGreedily(Float32Array.of(1, 3, 3, 2)), 1);
  });

  test('log-probabilities are those of a softmax, also of large logits', () => {
    const found = logProbability(Float32Array.of(1000, 1000 + Math.fround(Math.log(3))), 1);
    // Near 1000 a float32 is 6e-5 from the next.
    assert.ok(Math.abs(found - Math.log(0.75)) < 1e-4);
  });
});

suite('options', () => {
  test('leave nothing to chance unless one of them is given', () => {
    assert.equal(settleSeed({}), null);
    assert.equal(settleSeed({ temperature: 0, topK: 5, seed: 3 }), null);
    assert.equal(settleSeed({ seed: 3 }), 3);
    for (const options of [{ temperature: 1 }, { topK: 1 }, { topP: 0.5 }]) {
      const seed = settleSeed(options)!;
      assert.ok(Number.isInteger(seed) && seed >= 0 && seed < 2 ** 32);
    }
  });

  for (const [name, options, message] of [
    ['temperature', { temperature: -1 }, /temperature must be a number of at least 0, not -1/],
    ['temperature', { temperature: Number.NaN }, /not NaN/],
    ['top-k', { topK: 0 }, /topK must be a whole number above 0, not 0/],
    ['top-k', { topK: 1.5 }, /topK/],
    ['top-p', { topP: 0 }, /topP must be above 0 and at most 1, not 0/],
    ['top-p', { topP: 1.1 }, /topP/],
    ['seed', { seed: -1 }, /seed must be a whole number from 0 to 4294967295, not -1/],
    ['seed', { seed: 2 ** 32 }, /seed/],
  ] as const) {
    test(`${name} out of range is refused: ${JSON.stringify(options)}`, () => {
      assert.throws(() => settleSeed(options), { code: 'bad-input', message });
    });
  }
});
