import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { contributionsChart } from '../../src/figures/index.js';
import { tensor } from '../../src/tensor/index.js';
import { exampleContributions } from './example.js';
import { assertSnapshot } from './snapshot.js';

/** Bars by their names: where they begin and end. */
function barsOf(svg: string) {
  const found = svg.matchAll(
    /<title>([^<]*): [^<]*<\/title><text.*?<rect x="([\d.]+)"[^>]* width="([\d.]+)"/g,
  );
  return new Map(
    [...found].map(([, name, x, width]) => [name!, [Number(x), Number(x) + Number(width)] as const]),
  );
}

suite('contributions chart', () => {
  test('snapshots', () => {
    assertSnapshot('contributions-chart.svg', contributionsChart(exampleContributions()).svg);
    const dark = contributionsChart(exampleContributions(), { theme: 'dark', top: 3, width: 480 });
    assertSnapshot('contributions-chart-dark.svg', dark.svg);
  });

  test('bars begin at one line, are as long as their numbers, and those for the score lie right of it', () => {
    const bars = barsOf(contributionsChart(exampleContributions()).svg);
    const zero = bars.get('layer 1, MLP')![0];
    const unit = (bars.get('layer 1, MLP')![1] - zero) / 6;
    assert.ok(Math.abs(bars.get('layer 0, MLP')![1] - zero) < 0.01);
    assert.ok(Math.abs(zero - bars.get('layer 0, MLP')![0] - 2.75 * unit) < 0.01);
    assert.ok(Math.abs(bars.get('layer 0, attention')![1] - zero - 1.5 * unit) < 0.01);
  });

  test('nothing is drawn outside the figure', () => {
    for (const sign of [1, -1]) {
      const whole = exampleContributions();
      const values = { ...whole.values, data: whole.values.data.map((value) => sign * Math.abs(value)) };
      const { svg, width } = contributionsChart({ ...whole, values });
      for (const [from, to] of barsOf(svg).values()) assert.ok(from >= 0 && to <= width);
    }
  });

  test('weaker components share a bar, so that the sum stays', () => {
    const { svg } = contributionsChart(exampleContributions(), { top: 2 });
    assert.match(svg, /<title>4 weaker ones: \+1\.88<\/title>/);
  });

  test('all contributions 0 are drawn', () => {
    const values = { ...tensor('F32', [6], new Float32Array(6)), axes: ['component'] };
    assert.doesNotMatch(contributionsChart(exampleContributions({ values })).svg, /NaN|undefined|Infinity/);
  });
});
