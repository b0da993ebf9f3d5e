import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { pellucid } from './run-cli.js';

const text = 'Anna met Tom in the park. Anna met';

suite('pellucid heads', () => {
  test('lists the strongest first, and says what a score is not', async () => {
    const { code, stdout, stderr } = await pellucid(['heads', text, '--by', 'previous-token', '--top', '3']);
    assert.equal(code, 0, stderr);
    const [heading, first, ...others] = stdout.trimEnd().split('\n');
    assert.match(heading!, /^ {2}head +previous-token ↓ +first-token +duplicate-token +induction/);
    assert.match(first!, /^ {2}0\.2 +0\.[89]\d\d /);
    assert.equal(others.length, 2);
    assert.match(stderr, /not that it matters/);
  });

  test('what does not apply is refused in one line', async () => {
    for (const wrong of [
      ['--by', 'similarity'],
      ['--by', 'special-tokens'],
      ['--like', '9.9'],
      ['--like', 'x'],
    ]) {
      const { code, stdout, stderr } = await pellucid(['heads', text, ...wrong]);
      assert.notEqual(code, 0);
      assert.equal(stdout, '');
      assert.equal(stderr.trim().split('\n').length, 1, stderr);
    }
  });
});
