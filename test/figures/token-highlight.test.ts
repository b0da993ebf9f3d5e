import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { tokenHighlight } from '../../src/figures/index.js';
import { tensor } from '../../src/tensor/index.js';
import { exampleAttribution, story, strange } from './example.js';
import { assertSnapshot } from './snapshot.js';

const spaced = (texts: readonly string[]) =>
  texts.map((text, i) => (i === 0 ? text : ` ${text.trimStart()}`));

suite('token highlight', () => {
  test('snapshots', () => {
    assertSnapshot('token-highlight.svg', tokenHighlight(exampleAttribution(spaced(story))).svg);
    const dark = tokenHighlight(exampleAttribution(strange, { verdict: null }), {
      theme: 'dark',
      width: 480,
    });
    assertSnapshot('token-highlight-dark.svg', dark.svg);
  });

  test('equal scores of opposite sign stand on colours equally far from the middle, 0 on the middle', () => {
    const values = { ...tensor('F32', [3], Float32Array.of(-1, 0, 1)), axes: ['feature'] };
    const { svg } = tokenHighlight(exampleAttribution(['a', 'b', 'c'], { values }), { colors: 'greys' });
    const fills = [...svg.matchAll(/<title>([abc]): [^<]*<\/title><rect[^>]* fill="#(..)/g)];
    const [against, none, forIt] = fills.map(([, , red]) => Number.parseInt(red!, 16));
    assert.deepEqual(
      fills.map(([, label]) => label),
      ['a', 'b', 'c'],
    );
    assert.ok(against! > none! && none! > forIt!);
  });

  test('every feature has its number on hover, what is none says so', () => {
    const { svg } = tokenHighlight(exampleAttribution(['up', ' down']));
    assert.match(svg, /<title>\[CLS\]: no feature<\/title>/);
    assert.match(svg, /<title>up: [+−]\d\.\d\d<\/title>/);
  });

  test('a text that reads from right to left begins on the right', () => {
    const { svg } = tokenHighlight(exampleAttribution(['שלום', ' עולם']));
    const places = [...svg.matchAll(/<rect x="([\d.]+)"[^>]*rx/g)].map(([, x]) => Number(x));
    assert.ok(places[0]! > places[1]!, String(places));
  });

  test('all scores 0 are drawn in the neutral colour', () => {
    const values = { ...tensor('F32', [2], new Float32Array(2)), axes: ['feature'] };
    assert.doesNotMatch(tokenHighlight(exampleAttribution(['a', 'b'], { values })).svg, /NaN|undefined/);
  });
});
