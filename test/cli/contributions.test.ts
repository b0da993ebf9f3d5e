import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { pellucid, temporaryFolder } from './run-cli.js';

const text = 'Anna met Tom in the park. Anna met';

suite('pellucid contributions', () => {
  test('shows parts and their sum', async () => {
    const { code, stdout, stderr } = await pellucid([
      'contributions',
      text,
      '--target',
      'contrast: Tom, Anna',
    ]);
    assert.equal(code, 0, stderr);
    assert.match(stdout, /^Direct logit attribution\ncontrast of “·Tom” over “·Anna” = /);
    assert.match(stdout, /\nlayer 3, MLP +\+[\d.]+ .*█/);
    assert.match(stdout, /\nsum +\+\d+\.\d\d\n$/);
  });

  test('writes files that show draws again', async () => {
    const cwd = temporaryFolder();
    const files = ['-o', 'a.json', '-o', 'a.svg'];
    const written = await pellucid(['contributions', text, '--unit', 'head', ...files], { cwd });
    assert.equal(written.code, 0, written.stderr);
    const shown = await pellucid(['show', 'a.json', '-o', 'b.svg'], { cwd });
    assert.equal(shown.code, 0, shown.stderr);
    assert.equal(readFileSync(join(cwd, 'b.svg'), 'utf8'), readFileSync(join(cwd, 'a.svg'), 'utf8'));
  });

  test('what cannot be done is said in one line', async () => {
    const { code, stderr } = await pellucid(['contributions', 'The [MASK] sat.']);
    assert.notEqual(code, 0);
    assert.match(stderr, /norms stand behind the sums.*use explain/);
    assert.equal(stderr.trim().split('\n').length, 1);
  });
});
