import assert from 'node:assert/strict';
import { test } from 'node:test';
import { relativeBuckets } from '../../../src/model/blocks/relative-buckets.js';

const reach = 200;
const buckets = relativeBuckets(reach, 32, 128);
const of = (distance: number) => Number(buckets[distance + reach - 1]);

test('distances to either side have buckets of their own', () => {
  assert.equal(buckets.length, 2 * reach - 1);
  assert.deepEqual([-3, -1, 0, 1, 3].map(of), [3, 1, 0, 17, 19]);
  for (let distance = 1; distance < reach; distance++) assert.equal(of(distance), of(-distance) + 16);
});

test('the borders of the wide buckets are those of transformers', () => {
  // The first distance of each bucket from the eighth on, from MPNetEncoder.relative_position_bucket of transformers.
  const borders = [8, 12, 16, 23, 32, 46, 64, 91];
  const found = borders.map((border) => [of(-border + 1), of(-border)]);
  assert.deepEqual(
    found,
    borders.map((_, i) => [7 + i, 8 + i]),
  );
  assert.equal(of(1 - reach), 15);
});
