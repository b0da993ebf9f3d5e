import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { PellucidError } from '../../src/errors.js';
import { lensGrid } from '../../src/figures/index.js';
import { exampleLens, hello, story, strange } from './example.js';
import { assertSnapshot } from './snapshot.js';

/** The rectangles of cells: where they stand and what they say on hover. */
function cellsOf(svg: string) {
  return [...svg.matchAll(/<title>([^<]*)<\/title><rect x="([\d.]+)" y="([\d.]+)"[^>]* fill="([^"]*)"/g)].map(
    ([, hover, x, y, fill]) => ({ hover: hover!, x: Number(x), y: Number(y), fill: fill! }),
  );
}

suite('lens grid', () => {
  test('snapshots', () => {
    assertSnapshot('lens-grid.svg', lensGrid(exampleLens(hello)).svg);
    assertSnapshot('lens-grid-dark.svg', lensGrid(exampleLens(strange), { theme: 'dark', position: 3 }).svg);
  });

  test('the last layer is on top, and a cell says what it holds', () => {
    const cells = cellsOf(lensGrid(exampleLens(hello)).svg);
    assert.equal(cells.length, 3 * hello.length);
    const top = cells.filter(({ y }) => y === 0);
    assert.ok(top.every(({ hover }) => hover.startsWith('layer 1, position ')));
    assert.match(top[1]!.hover, /position 1 “hello”: “.+” \d.*%, “.+” .*%; entropy \d/);
  });

  test('equal probabilities have equal colours in every row: 0 and 1 are the ends', () => {
    const lens = exampleLens(hello);
    const sure = {
      ...lens,
      values: { ...lens.values, data: lens.values.data.map((_, i) => (i % 2 ? 0 : 1)) },
    };
    const half = { ...lens, values: { ...lens.values, data: lens.values.data.map(() => 0.5) } };
    const fills = (each: typeof lens) =>
      new Set(cellsOf(lensGrid(each, { colors: 'greys' }).svg).map((c) => c.fill));
    assert.equal(fills(sure).size, 1);
    assert.equal(fills(half).size, 1);
    assert.notDeepEqual(fills(sure), fills(half));
  });

  test('better ranks stand higher, and each point has its number', () => {
    const { svg } = lensGrid(exampleLens(hello));
    const points = [...svg.matchAll(/cy="([\d.]+)"[^>]*><title>[^:]*: “hello” has rank (\d+)</g)];
    const heights = points.map(([, y, rank]) => [Number(rank), Number(y)] as const);
    assert.deepEqual(
      heights.map(([rank]) => rank),
      [950, 30, 1],
    );
    assert.ok(heights[0]![1] > heights[1]![1] && heights[1]![1] > heights[2]![1]);
  });

  test('without pinned tokens there is no chart; long texts keep their words on hover only', () => {
    const lens = exampleLens(hello);
    const { svg } = lensGrid({ ...lens, pinned: [] });
    assert.doesNotMatch(svg, /polyline|Rank/);
    const long = lensGrid(exampleLens([...story, ...story, ...story, ...story]));
    assert.ok(long.width < 1200, String(long.width));
    assert.doesNotMatch(long.svg, /NaN|undefined/);
  });

  test('a position outside the text is refused', () => {
    assert.throws(
      () => lensGrid(exampleLens(hello), { position: 6 }),
      (error) => error instanceof PellucidError && /Position 6 is outside/.test(error.message),
    );
  });
});
