import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { lineHeight } from '../../../src/figures/drawing/axis-labels.js';
import { type Layout, labelSize, layOut, margin } from '../../../src/figures/drawing/heatmap-layout.js';
import { toMatrix } from '../../../src/figures/drawing/matrix.js';
import { story, strange, token } from '../example.js';

const none = { title: undefined, subtitle: undefined, annotation: undefined, forced: false };

function layoutOf(texts: readonly string[], options: object = {}): Layout {
  const labels = texts.map(token);
  const values = labels.map(() => labels.map(() => 0.5));
  return layOut(toMatrix({ values, rows: labels, columns: labels, rowName: 'a', columnName: 'b' }), {
    ...none,
    ...options,
  });
}

const repeated = (texts: readonly string[], count: number) =>
  Array.from({ length: count }, (_, index) => texts[index % texts.length]!);

/** Distance of neighbouring column labels, across their lines. */
function assertApart({ xTicks, yTicks, tilt, cellWidth, cellHeight }: Layout): void {
  for (const [i, tick] of xTicks.entries()) {
    const before = xTicks[i - 1];
    if (before === undefined) continue;
    const distance = (tick.index - before.index) * cellWidth;
    if (tilt === 0) assert.ok(distance >= (tick.width + before.width) / 2);
    else assert.ok(distance * Math.sin((tilt * Math.PI) / 180) >= labelSize * lineHeight - 1e-6);
  }
  for (const [i, tick] of yTicks.entries()) {
    const before = yTicks[i - 1];
    if (before === undefined) continue;
    assert.ok((tick.index - before.index) * cellHeight >= labelSize * lineHeight - 1e-6);
  }
}

suite('layout', () => {
  for (const texts of [story, strange, ['a'], ['internationalization']]) {
    test(`labels never touch: ${texts[0]}`, () => {
      for (let count = 1; count <= 200; count += count < 30 ? 1 : 13)
        assertApart(layoutOf(repeated(texts, count)));
      for (const cellSize of [1, 3, 9, 14, 22, 40, 90]) {
        assertApart(layoutOf(repeated(texts, 30), { cellSize }));
      }
    });
  }

  test('every label is shown up to 60 tokens', () => {
    for (const count of [2, 12, 40, 60]) {
      const { xTicks, yTicks } = layoutOf(repeated(story, count));
      assert.deepEqual([xTicks.length, yTicks.length], [count, count]);
    }
  });

  test('labels are thinned beyond that, evenly', () => {
    const { xTicks } = layoutOf(repeated(story, 128));
    assert.deepEqual(
      xTicks.slice(0, 3).map((tick) => tick.index),
      [0, 3, 6],
    );
  });

  test('labels lie level, then tilted, then upright', () => {
    const tiltOf = (cellSize: number) => layoutOf(story.slice(0, 8), { cellSize }).tilt;
    assert.deepEqual([tiltOf(80), tiltOf(30), tiltOf(15)], [0, 45, 90]);
  });

  test('no label leaves the picture on the left or below', () => {
    for (const count of [1, 2, 5, 12, 30, 70]) {
      const { xTicks, yTicks, tilt, left, bottom, cellWidth } = layoutOf(repeated(strange, count));
      const part = tilt === 45 ? Math.SQRT1_2 : 1;
      for (const tick of yTicks) assert.ok(tick.width <= left - margin);
      for (const tick of xTicks) {
        const middle = left + (tick.index + 0.5) * cellWidth;
        const reach = tilt === 90 ? 0 : tilt === 0 ? tick.width / 2 : tick.width * part;
        assert.ok(reach <= middle - margin + 1e-6);
        if (tilt !== 0) assert.ok(tick.width * part <= bottom);
      }
    }
  });

  test('choices of labels', () => {
    const indices = (options: object) =>
      layoutOf(repeated(['a'], 9), options).xTicks.map((tick) => tick.index);
    assert.deepEqual(indices({ xLabels: false }), []);
    assert.deepEqual(indices({ xLabels: 4 }), [0, 4, 8]);
    assert.equal(indices({ xLabels: true, cellSize: 2 }).length, 9);
    const { xTicks } = layoutOf(['a', 'b'], { xLabels: ['one', 'two'] });
    assert.deepEqual(
      xTicks.map((tick) => tick.full),
      ['one', 'two'],
    );
  });

  test('annotations make the cells large enough for their text', () => {
    const { annotationSize, cellWidth } = layoutOf(repeated(story, 30), { annotation: () => '−12.25' });
    assert.equal(annotationSize, 11);
    assert.ok(cellWidth > 40);
    assert.equal(
      layoutOf(repeated(story, 30), { annotation: () => '−12.25', cellSize: 16 }).annotationSize,
      0,
    );
  });

  test('a little bar stays readable', () => assert.ok(layoutOf(['a']).barHeight >= 96));
});
