import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { terminalHighlight } from '../../src/figures/index.js';
import { exampleAttribution, story, strange } from './example.js';
import { assertSnapshot } from './snapshot.js';

/** What colours a terminal. */
const colorSequence = new RegExp(`${String.fromCharCode(27)}\\[[\\d;]*m`, 'g');

suite('terminal highlight', () => {
  test('snapshots', () => {
    const attribution = exampleAttribution(story);
    assertSnapshot('terminal-highlight-plain.txt', `${terminalHighlight(attribution)}\n`);
    const narrow = terminalHighlight(attribution, { colorDepth: 24, columns: 40, top: 3 });
    assertSnapshot('terminal-highlight-color.txt', `${narrow}\n`);
  });

  test('no token can steer the terminal', () => {
    const plain = terminalHighlight(exampleAttribution([...strange, '\u001b[2J']), { columns: 60 });
    assert.doesNotMatch(plain, colorSequence);
    assert.doesNotMatch(plain, /\p{Cc}(?<!\n)/u);
  });

  test('the strongest features come first, the others are counted', () => {
    const attribution = exampleAttribution(story);
    const listed = [...terminalHighlight(attribution, { top: 4 }).matchAll(/^ +([+−]\d+\.\d\d) /gm)];
    const sizes = listed.map(([, number]) => Math.abs(Number(number!.replace('−', '-'))));
    assert.equal(sizes.length, 4);
    assert.deepEqual(
      sizes,
      sizes.toSorted((a, b) => b - a),
    );
    assert.match(terminalHighlight(attribution, { top: 4 }), /and 13 weaker ones/);
  });

  test('scores without a direction have no sign', () => {
    const shown = terminalHighlight(exampleAttribution(story, { signed: false }));
    assert.doesNotMatch(shown, /\+\d/);
  });

  test('the declared error and the verdict are there', () => {
    const shown = terminalHighlight(exampleAttribution(story));
    assert.match(shown, /Convergence delta 0.012/);
    assert.match(shown, /Supported: comprehensiveness/);
  });
});
