import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { fitted, held, panned, revealing, zoomed } from '../../../src/figures/views/viewport.js';

const drawing = { width: 400, height: 200 };
const area = { width: 200, height: 200 };

suite('viewport', () => {
  test('all of the drawing fits', () => {
    assert.deepEqual(fitted(drawing, area), { x: 0, y: 0, scale: 0.5 });
  });

  test('the point under the pointer stays when zooming', () => {
    const before = { x: 100, y: 50, scale: 2 };
    const after = zoomed(before, 1.5, [80, 20], drawing, area, 10);
    assert.equal(after.scale, 3);
    assert.ok(Math.abs(before.x + 80 / before.scale - (after.x + 80 / after.scale)) < 1e-9);
    assert.ok(Math.abs(before.y + 20 / before.scale - (after.y + 20 / after.scale)) < 1e-9);
  });

  test('zoom ends at what fits and at the largest scale', () => {
    assert.equal(zoomed({ x: 0, y: 0, scale: 1 }, 0.01, [0, 0], drawing, area, 10).scale, 0.5);
    assert.equal(zoomed({ x: 0, y: 0, scale: 1 }, 1000, [0, 0], drawing, area, 10).scale, 10);
  });

  test('moving ends at the edges', () => {
    const start = { x: 0, y: 0, scale: 2 };
    assert.deepEqual(panned(start, -50, 60, drawing, area), { x: 0, y: 30, scale: 2 });
    assert.deepEqual(panned(start, 9999, 9999, drawing, area), { x: 300, y: 100, scale: 2 });
    assert.deepEqual(held({ x: 9, y: 9, scale: 0.5 }, drawing, area), { x: 0, y: 0, scale: 0.5 });
  });

  test('a box is brought into sight with the least movement', () => {
    const start = { x: 100, y: 0, scale: 2 };
    const box = (x: number) => ({ x, y: 10, width: 20, height: 20 });
    assert.equal(revealing(start, box(150), drawing, area).x, 100);
    assert.equal(revealing(start, box(230), drawing, area).x, 150);
    assert.equal(revealing(start, box(40), drawing, area).x, 40);
  });
});
