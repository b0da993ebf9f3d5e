import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import stringWidth from 'string-width';
import { terminalHeatmap } from '../../src/figures/index.js';
import { exampleAttention, hello, story, strange } from './example.js';
import { assertSnapshot } from './snapshot.js';

/** What colours a terminal. */
const colorSequence = new RegExp(`${String.fromCharCode(27)}\\[[\\d;]*m`, 'g');

suite('terminal heatmap', () => {
  test('snapshots', () => {
    const attention = exampleAttention(story.slice(0, 9), { causal: true });
    assertSnapshot('terminal-heatmap-plain.txt', `${terminalHeatmap(attention)}\n`);
    assertSnapshot(
      'terminal-heatmap-narrow.txt',
      `${terminalHeatmap(attention, { columns: 50, rows: 6 })}\n`,
    );
    assertSnapshot('terminal-heatmap-color.txt', `${terminalHeatmap(attention, { colorDepth: 24 })}\n`);
  });

  test('says the same without colour', () => {
    const attention = exampleAttention(hello);
    const plain = terminalHeatmap(attention);
    assert.doesNotMatch(plain, colorSequence);
    for (const colorDepth of [4, 8, 24] as const) {
      const colored = terminalHeatmap(attention, { colorDepth });
      assert.match(colored, colorSequence);
      const lines = colored
        .replace(colorSequence, '')
        .split('\n')
        .map((line) => line.trimEnd());
      assert.deepEqual(lines, plain.split('\n'));
    }
  });

  test('holds every number', () => {
    const shown = terminalHeatmap(exampleAttention(hello)).match(/\d\.\d\d/g) ?? [];
    const expected = Array.from(exampleAttention(hello).values.data, (value) => value.toFixed(2));
    assert.deepEqual(shown, expected);
  });

  test('never is wider than the terminal, and says what is left out', () => {
    for (const columns of [40, 60, 80, 132]) {
      for (const texts of [hello, story, strange]) {
        const lines = terminalHeatmap(exampleAttention(texts), { columns, colorDepth: 24 }).split('\n');
        for (const line of lines.slice(1, -1)) {
          assert.ok(stringWidth(line) <= columns, `${stringWidth(line)} > ${columns}: ${line}`);
        }
      }
    }
    assert.match(terminalHeatmap(exampleAttention(story), { columns: 60 }), /\d+ of 17 columns do not fit/);
    assert.match(terminalHeatmap(exampleAttention(story), { rows: 8 }), /10 of 17 rows are left out/);
  });

  test('columns stand straight beside wide characters', () => {
    const lines = terminalHeatmap(exampleAttention([' 你好', 'a', '한국어']))
      .split('\n')
      .slice(2, 5);
    const starts = lines.map((line) => stringWidth(line.slice(0, line.search(/\d\.\d\d/))));
    assert.equal(new Set(starts).size, 1);
  });

  test('no token can steer the terminal', () => {
    const hostile = ['\u001b[2J', '\u009b31m', '\u0007', 'a\rb', '\u202eabc', '\n\n'];
    const drawn = terminalHeatmap(exampleAttention(hostile));
    assert.doesNotMatch(drawn.replaceAll('\n', ''), /\p{Cc}|\u202e/u);
    assert.equal(drawn.split('\n').length, hostile.length + 3);
  });

  test('leaves empty what cannot be attended to, and names what has no value', () => {
    const first = terminalHeatmap(exampleAttention(hello, { causal: true })).split('\n')[2];
    assert.equal(first, '[CLS]  1.00');
    assert.match(terminalHeatmap({ values: [[Number.NaN, 1]] }), /none/);
  });
});
