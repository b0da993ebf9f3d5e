import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { methodComparison } from '../../src/figures/index.js';
import { exampleAttribution, hello, strange } from './example.js';
import { assertSnapshot } from './snapshot.js';

const words = hello.slice(1, -1);
const agreement = [
  [1, 0.5],
  [0.5, 1],
];
const both = [exampleAttribution(words), exampleAttribution(words, { method: 'saliency', verdict: null })];

suite('method comparison', () => {
  test('snapshots', () => {
    assertSnapshot('method-comparison.svg', methodComparison(both, { agreement }).svg);
    assertSnapshot('method-comparison-dark.svg', methodComparison(both, { theme: 'dark' }).svg);
  });

  test('each row has the colours of its own scale, and the numbers of the method', () => {
    const [first] = both;
    const data = first!.values.data.map((score) => 100 * score);
    const larger = { ...first!, method: 'lime', values: { ...first!.values, data } };
    const { svg } = methodComparison([first!, larger as typeof first & object]);
    const fills = [...svg.matchAll(/<path[^>]*fill="(#\w{6})"/g)].map(([, color]) => color);
    const rects = [...svg.matchAll(/<rect[^>]*fill="(#\w{6})"/g)].map(([, color]) => color);
    assert.ok(fills.length + rects.length > 0);
    for (const score of first!.values.data) {
      assert.ok(svg.includes(Math.abs(score).toFixed(2)), String(score));
      assert.ok(svg.includes(Math.abs(100 * score).toFixed(2)), String(100 * score));
    }
  });

  test('verdicts stand beside the methods, and labels cannot become markup', () => {
    const { svg } = methodComparison([exampleAttribution(strange)], { agreement: [[1]] });
    assert.match(svg, /✓ Integrated gradients/);
    assert.doesNotMatch(svg, /<script>|NaN|undefined|Agreement/);
  });
});
