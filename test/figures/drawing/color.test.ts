import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import * as chromatic from 'd3-scale-chromatic';
import { colorMap, colorNames, luminance, textColorOn } from '../../../src/figures/drawing/color.js';

suite('colour maps', () => {
  test('are all those of d3-scale-chromatic', () => {
    const count = Object.keys(chromatic).filter((key) => key.startsWith('interpolate')).length;
    assert.equal(colorNames.length, count);
    for (const name of ['YlGnBu', 'Blues', 'viridis', 'magma', 'RdBu'])
      assert.ok(colorNames.includes(name), name);
  });

  test('resolve in any case, and reversed', () => {
    for (const name of colorNames) {
      assert.equal(colorMap(name.toUpperCase())(0.3), colorMap(name.toLowerCase())(0.3));
      assert.equal(colorMap(`${name}_r`)(0), colorMap(name)(1));
      assert.match(colorMap(name)(0.7), /^#[0-9a-f]{6}$/);
    }
  });

  test('run the same way as in matplotlib', () => {
    assert.ok(luminance(colorMap('Blues')(0)) > luminance(colorMap('Blues')(1)));
    assert.ok(luminance(colorMap('viridis')(0)) < luminance(colorMap('viridis')(1)));
    assert.equal(colorMap('gray')(0), '#000000');
    assert.equal(colorMap('gray_r')(0), '#ffffff');
    assert.match(colorMap('RdBu')(0), /^#6/);
  });

  test('take positions beyond their ends', () => {
    assert.equal(colorMap('Blues')(-3), colorMap('Blues')(0));
    assert.equal(colorMap('Blues')(3), colorMap('Blues')(1));
  });

  test('an unknown name is answered with the nearest', () => {
    assert.throws(() => colorMap('YlGnBlu'), /"YlGnBlu"; did you mean "YlGnBu"/);
    assert.throws(() => colorMap('constructor'), /did you mean/);
  });

  test('default maps keep their order of lightness', () => {
    for (const name of ['YlGnBu', 'magma']) {
      const steps = Array.from({ length: 20 }, (_, i) => luminance(colorMap(name)(i / 19)));
      const rising = [...steps].sort((a, b) => a - b);
      assert.deepEqual(name === 'magma' ? steps : [...steps].reverse(), rising);
    }
  });
});

test('text on every colour has a contrast of at least 3.8 : 1', () => {
  for (const name of colorNames) {
    for (let step = 0; step <= 40; step++) {
      const ground = colorMap(name)(step / 40);
      const [a, b] = [luminance(ground), luminance(textColorOn(ground))];
      const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
      assert.ok(contrast >= 3.8, `${name} at ${step / 40}: ${contrast}`);
    }
  }
});
