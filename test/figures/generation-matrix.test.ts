import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { GenerationAttribution } from '../../src/explanations/index.js';
import { generationMatrix } from '../../src/figures/index.js';
import { exampleContextReliance, exampleGeneration, story, strange } from './example.js';
import { assertSnapshot } from './snapshot.js';

/** The numbers that stand in cells, by row. */
const numbers = (svg: string) => [...svg.matchAll(/>([+−]\d\.\d\d)</g)].map(([, text]) => text);

suite('generation matrix', () => {
  test('snapshots', () => {
    assertSnapshot('generation-matrix.svg', generationMatrix(exampleGeneration(story.slice(0, 8), 4)).svg);
    const dark = generationMatrix(exampleContextReliance(story.slice(0, 8), 4), { theme: 'dark' });
    assertSnapshot('generation-matrix-dark.svg', dark.svg);
  });

  test('a row has as many cells as features stand before its token, and none where nothing is explained', () => {
    const found = exampleGeneration(story.slice(0, 6), 3);
    assert.deepEqual(
      found.generated.map(({ present }) => present),
      [3, 4, 5],
    );
    assert.equal(numbers(generationMatrix(found).svg).length, 12);
    const without: GenerationAttribution = {
      ...found,
      generated: found.generated.map((row, i) => (i === 1 ? { ...row, target: null } : row)),
    };
    assert.equal(numbers(generationMatrix(without).svg).length, 8);
  });

  test('labels cannot become markup', () => {
    const { svg, html } = generationMatrix(exampleGeneration(strange, 3));
    for (const made of [svg, html]) assert.doesNotMatch(made, /<script>|NaN|undefined/);
  });
});
