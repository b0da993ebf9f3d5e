import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { methods } from '../../src/methods/index.js';
import { root } from '../structure/repository.js';

suite('the table of methods', () => {
  const page = readFileSync(join(root, 'docs/explaining.md'), 'utf8');
  const rows = page.split('\n').filter((line) => line.startsWith('| ['));

  for (const { name, signed, additive } of methods) {
    test(`${name} stands in it, with its signs and its sum`, () => {
      const row = rows.find((line) => line.includes(`[${name}](methods/${name}.md)`));
      assert.ok(row, `${name} is missing in docs/explaining.md`);
      const [, , , signs, sum] = row.split('|').map((cell) => cell.trim());
      assert.equal(signs === '✓', signed);
      assert.equal(sum === '✓', additive);
    });
  }
});
