import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { reportFailure, usageError } from '../../src/cli/failure.js';
import { PellucidError } from '../../src/errors.js';

/** What is printed for an error, and the exit code. */
function report(t: TestContext, error: unknown): { code: number; text: string } {
  const printed: string[] = [];
  const mock = t.mock.method(process.stderr, 'write', (text: string) => printed.push(text) > 0);
  const code = reportFailure(error);
  mock.mock.restore();
  return { code, text: printed.join('') };
}

test('an error on purpose is one sentence', (t) => {
  const error = new PellucidError('not-found', 'there is no file x');
  assert.deepEqual(report(t, error), { code: 1, text: 'pellucid: there is no file x.\n' });
});

test('names from files cannot steer the terminal or break the line', (t) => {
  const { text } = report(t, new PellucidError('bad-checkpoint', 'no tensor "a\u001b[2J\nb\u0007"'));
  assert.equal(text, 'pellucid: no tensor "a[2J b".\n');
});

test('an unexpected error says how to get more', (t) => {
  const { code, text } = report(t, new TypeError('x is not a function'));
  assert.equal(code, 1);
  assert.equal(text, 'pellucid: unexpected error: x is not a function. Set PELLUCID_DEBUG=1 to see where.\n');
});

test('with PELLUCID_DEBUG the stack and its causes are printed', (t) => {
  process.env.PELLUCID_DEBUG = '1';
  t.after(() => delete process.env.PELLUCID_DEBUG);
  const { text } = report(t, new Error('outer', { cause: new Error('inner') }));
  assert.match(text, /Error: outer\n\s+at .*[\s\S]*caused by: Error: inner\n\s+at /);
});

test('misuse exits with 2', (t) => {
  assert.deepEqual(report(t, usageError('a text is missing')), {
    code: 2,
    text: 'pellucid: a text is missing.\n',
  });
});
