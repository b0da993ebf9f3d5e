import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { supportPage } from '../../scripts/support.js';

test('the table of what is supported is that of the definitions and fixtures', () => {
  const written = readFileSync(new URL('../../../docs/support.md', import.meta.url), 'utf8');
  assert.equal(written, supportPage(), 'run `npm run support`');
});
