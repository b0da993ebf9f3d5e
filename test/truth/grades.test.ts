import assert from 'node:assert/strict';
import { test } from 'node:test';
import { randomOf } from '../../src/random.js';
import { gradeRanking, gradeValues } from '../../src/truth/index.js';

const known = { answers: [2], needed: [2, 0] };

test('a ranking is graded by where it has what is known', () => {
  const perfect = gradeRanking([2, 0, 3, -1], known, randomOf(0));
  assert.deepEqual(perfect, { hit: 1, reciprocalRank: 1, precision: 1, auroc: 1 });
  const half = gradeRanking([1, 3, 2, 0], known, randomOf(0));
  assert.deepEqual(half, { hit: 0, reciprocalRank: 1 / 2, precision: 1 / 2, auroc: 1 / 2 });
  const worst = gradeRanking([1, 3, 0, 2], known, randomOf(0));
  assert.deepEqual(worst, { hit: 0, reciprocalRank: 1 / 4, precision: 0, auroc: 0 });
});

test('equal scores earn what chance does, also where rounding tells them apart', () => {
  const grades = Array.from({ length: 400 }, (_, seed) =>
    gradeRanking([0, 1e-9, 2e-9, 0], known, randomOf(seed)),
  );
  assert.ok(grades.every(({ auroc }) => auroc === 0.5));
  const hits = grades.filter(({ hit }) => hit === 1).length / grades.length;
  // Four standard errors of a share of one quarter.
  assert.ok(Math.abs(hits - 1 / 4) < 4 * Math.sqrt(3 / 16 / 400), `${hits}`);
});

test('scores are held against worths by size and by direction', () => {
  assert.deepEqual(gradeValues([1, -1, 0], [1, -1, 0]), { error: 0, correlation: 1 });
  assert.equal(gradeValues([0, 0, 0], [1, -1, 0]).error, 1);
  assert.equal(gradeValues([5, 5, 5], [1, -1, 0]).correlation, 0);
  assert.ok(gradeValues([-1, 1, 0], [1, -1, 0]).correlation < -0.999);
});
