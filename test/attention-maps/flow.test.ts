import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { AttentionFlow, attentionMap, rollout, rowOf, withResidual } from '../../src/attention-maps/index.js';
import { assertClose } from '../methods/method-golden.js';
import { layers } from './golden-maps.js';

/** Sums of a few doubles. */
const tolerance = 1e-12;

suite('flow', () => {
  test('equals the published code', () => {
    const flow = new AttentionFlow(layers);
    const raw = [0, 1, 2].map((source) => flow.between(2, source));
    assertClose(raw, [0.475, 0.275, 0.625], tolerance, 'flows of the last row');
    const rows = [0, 1, 2].flatMap((row) => [...flow.row(row)]);
    // The published numbers have six decimals.
    const expected = [1, 0, 0, 1 / 3, 2 / 3, 0, 0.345455, 0.2, 0.454545];
    assertClose(rows, expected, 5e-7, 'rows');
  });

  test('a flow never exceeds what enters its source, nor what leaves its destination', () => {
    for (const maps of randomMaps(20)) {
      const flow = new AttentionFlow(maps);
      const first = withResidual(maps[0]!);
      const size = first.sources;
      for (let source = 0; source < size; source++) {
        let entering = 0;
        for (let row = 0; row < size; row++) entering += rowOf(first, row)[source]!;
        const found = flow.between(size - 1, source);
        assert.ok(found <= Math.min(1, entering) + tolerance, `${found} > ${entering}`);
      }
    }
  });

  test('a flow is at least the rollout, which is one way to let it flow, and is found by the cut too', () => {
    for (const maps of randomMaps(20)) {
      const flow = new AttentionFlow(maps);
      const ways = rollout(maps).at(-1)!;
      const last = ways.destinations - 1;
      for (let source = 0; source <= last; source++) {
        const found = flow.between(last, source);
        assert.ok(found >= rowOf(ways, last)[source]! - tolerance);
        assertClose(
          [found],
          [
            smallestCut(
              maps.map((map) => withResidual(map)),
              last,
              source,
            ),
          ],
          1e-9,
          'cut',
        );
      }
    }
  });
});

/** Random maps of three layers and four positions, the same in every run. */
function randomMaps(count: number) {
  let state = 7;
  const next = () => {
    state = (state * 1103515245 + 12345) % 2147483648;
    return state / 2147483648;
  };
  return Array.from({ length: count }, () =>
    Array.from({ length: 3 }, () =>
      attentionMap(
        4,
        4,
        Float64Array.from({ length: 16 }, () => (next() < 0.3 ? 0 : next())),
      ),
    ),
  );
}

/** The smallest cut between two nodes, by trying every set of the nodes between: max-flow equals min-cut. */
function smallestCut(maps: readonly { readonly weights: Float64Array }[], from: number, to: number): number {
  const size = 4;
  const between = 2 * size; // nodes of the two inner levels
  let smallest = Number.POSITIVE_INFINITY;
  for (let set = 0; set < 2 ** between; set++) {
    const inside = (level: number, position: number) =>
      level === 3 ? position === from : level > 0 && ((set >> ((level - 1) * size + position)) & 1) === 1;
    let cut = 0;
    for (const [level, { weights }] of maps.entries()) {
      for (const [cell, weight] of weights.entries()) {
        const source = cell % size;
        // Other nodes of the lowest level lead nowhere, so they may stand on either side.
        if (level === 0 && source !== to) continue;
        if (inside(level + 1, Math.floor(cell / size)) && !inside(level, source)) cut += weight;
      }
    }
    smallest = Math.min(smallest, cut);
  }
  return smallest;
}
