import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { suite, test } from 'node:test';
import { type Plausibility, plausibility } from '../../src/metrics/index.js';

interface Case {
  readonly scores: readonly number[];
  readonly marked: readonly boolean[];
  readonly values: Plausibility;
}

suite('plausibility', () => {
  test('equals the reference, ties included', () => {
    const file = new URL('../../../fixtures/metrics/plausibility.json', import.meta.url);
    for (const { scores, marked, values } of JSON.parse(readFileSync(file, 'utf8')).cases as Case[]) {
      const found = plausibility(scores, marked);
      for (const name of ['tokenF1', 'iou', 'auprc'] as const)
        assert.ok(
          Math.abs(found[name] - values[name]) < 1e-9,
          `${name}: ${found[name]} is not ${values[name]}`,
        );
    }
  });

  test('a rationale that marks nothing, everything, or other features is refused', () => {
    for (const marked of [[false, false], [true, true], [true]])
      assert.throws(() => plausibility([1, 2], marked), /some and not all of the 2 features/);
  });
});
