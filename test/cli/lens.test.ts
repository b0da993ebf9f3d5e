import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { namesIn, pellucid, temporaryFolder } from './run-cli.js';

const text = 'Anna met Tom in the park. Anna met';

suite('pellucid lens', () => {
  test('shows the grid and the ranks of pinned tokens', async () => {
    const { code, stdout, stderr } = await pellucid(['lens', text, '--pin', ' Tom', '--pin', ' Anna']);
    assert.equal(code, 0, stderr);
    assert.match(stdout, /^Logit lens\n/);
    assert.match(stdout, /\n +layer 3 .*·Tom\n/);
    assert.match(stdout, /rank of “·Tom” {2}rank of “·Anna”\n +layer 3 ·Tom +0\.9\d+ +[\d.]+ +1 +\d+\n/);
  });

  test('writes files that show draws again', async () => {
    const cwd = temporaryFolder();
    const files = ['a.json', 'a.svg', 'a.html'].flatMap((name) => ['-o', name]);
    const written = await pellucid(['lens', text, '--at', 'mlp', ...files], { cwd });
    assert.equal(written.code, 0, written.stderr);
    const shown = await pellucid(['show', 'a.json', '-o', 'b.svg'], { cwd });
    assert.equal(shown.code, 0, shown.stderr);
    assert.deepEqual(namesIn(cwd), ['a.html', 'a.json', 'a.svg', 'b.svg']);
    assert.equal(readFileSync(join(cwd, 'b.svg'), 'utf8'), readFileSync(join(cwd, 'a.svg'), 'utf8'));
  });

  test('what cannot be done is said in one line', async () => {
    const fails = async (parameters: readonly string[], message: RegExp) => {
      const { code, stderr } = await pellucid(['lens', text, ...parameters]);
      assert.notEqual(code, 0);
      assert.match(stderr, message);
      assert.equal(stderr.trim().split('\n').length, 1, stderr);
    };
    await fails(['--pin', 'Tom in'], /not one token/);
    await fails(['--position', 'x'], /--position must be a position/);
    await fails(['--at', 'nowhere'], /nowhere/);
    await fails(['-o', 'x.csv'], /x\.csv/);
  });
});
