import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import stringWidth from 'string-width';
import { terminalContributions } from '../../src/figures/index.js';
import { exampleContributions } from './example.js';
import { assertSnapshot } from './snapshot.js';

suite('terminal contributions', () => {
  test('snapshots', () => {
    assertSnapshot('terminal-contributions-plain.txt', `${terminalContributions(exampleContributions())}\n`);
    const color = terminalContributions(exampleContributions(), { colorDepth: 24, columns: 50, top: 3 });
    assertSnapshot('terminal-contributions-color.txt', `${color}\n`);
  });

  test('bars are as long as their numbers, and stand on the side of their sign', () => {
    const lines = terminalContributions(exampleContributions()).split('\n').slice(3);
    const bar = (line: string) =>
      [line.indexOf('│'), line.indexOf('█'), [...line.matchAll(/█/g)].length] as const;
    const [axis, , attention] = bar(lines[1]!);
    const [again, start, mlp] = bar(lines[2]!);
    assert.equal(axis, again);
    assert.ok(start < axis);
    assert.ok(Math.abs(mlp / attention - 2.75 / 1.5) < 0.2);
  });

  test('lines fit the terminal', () => {
    for (const columns of [50, 80, 200])
      for (const line of terminalContributions(exampleContributions(), { columns }).split('\n').slice(3))
        assert.ok(stringWidth(line) <= columns, line);
  });
});
