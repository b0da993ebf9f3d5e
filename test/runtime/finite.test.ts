import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { type FiniteRule, isFiniteBy } from '../../src/runtime/finite.js';
import { tensor } from '../../src/tensor/index.js';
import { vector } from './sample-graphs.js';

const strange = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];

suite('a value is not finite', () => {
  test('by the rule "all" wherever NaN or an infinity stands', () => {
    for (const length of [1, 4, 7, 9]) {
      const values = Array.from({ length }, (_, i): number => (i % 2 === 0 ? 3e38 : -1e-40));
      assert.ok(isFiniteBy('all', vector(...values)));
      for (const wrong of strange) {
        for (let at = 0; at < length; at++)
          assert.ok(!isFiniteBy('all', vector(...values.with(at, wrong))), `${wrong} at ${at} of ${length}`);
      }
    }
  });

  test('by the rule "rows" where one of each row of the last axis is not', () => {
    const rows = [1, 2, 3, 4, 5, 6];
    const value = (values: readonly number[]) => tensor('F32', [2, 3], Float32Array.from(values));
    assert.ok(isFiniteBy('rows', value(rows)));
    for (const wrong of strange) {
      for (const start of [0, 3]) {
        const broken = rows.map((each, i) => (i >= start && i < start + 3 ? wrong : each));
        assert.ok(!isFiniteBy('rows', value(broken)));
      }
    }
    assert.ok(isFiniteBy('rows', tensor('F32', [2, 0], new Float32Array())));
  });

  test('by the rule "masked" unless it is −∞', () => {
    const [notANumber, above, below] = strange as [number, number, number];
    assert.ok(isFiniteBy('masked', vector(1, below, 2)));
    assert.ok(!isFiniteBy('masked', vector(1, above, 2)));
    assert.ok(!isFiniteBy('masked', vector(1, below, notANumber)));
  });

  test('never where it holds no floats', () => {
    const ids = tensor('I64', [1], BigInt64Array.of(2n ** 62n));
    for (const rule of ['all', 'rows', 'masked'] satisfies FiniteRule[]) assert.ok(isFiniteBy(rule, ids));
  });
});
