import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import stringWidth from 'string-width';
import { terminalLens } from '../../src/figures/index.js';
import { exampleLens, hello, story, strange } from './example.js';
import { assertSnapshot } from './snapshot.js';

suite('terminal lens', () => {
  test('snapshots', () => {
    assertSnapshot('terminal-lens-plain.txt', `${terminalLens(exampleLens(story))}\n`);
    assertSnapshot(
      'terminal-lens-color.txt',
      `${terminalLens(exampleLens(hello), { colorDepth: 24, position: 1 })}\n`,
    );
  });

  test('no token can steer the terminal', () => {
    const plain = terminalLens(exampleLens([...strange, '\u001b[2J']), { columns: 200 });
    assert.doesNotMatch(plain, /\p{Cc}(?<!\n)/u);
  });

  test('the grid fits the terminal, and says what it leaves out', () => {
    const lines = terminalLens(exampleLens(story), { columns: 50, position: 3 }).split('\n');
    const grid = lines.slice(3, 7);
    assert.ok(grid.every((line) => stringWidth(line) <= 50));
    assert.match(lines[7]!, /^\d+ behind do not fit$|positions before, \d+ behind do not fit/);
    assert.match(lines.join('\n'), /Position 3, “·the”/);
  });
});
