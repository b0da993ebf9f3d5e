import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { findUndeclared, findUnused } from './packages.js';
import { readFiles, root } from './repository.js';

suite('packages', () => {
  const sources = readFiles('src', /\.ts$/);
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const dependencies = Object.keys(manifest.dependencies);

  test('what src imports is a dependency', () => {
    assert.deepEqual(findUndeclared(sources, dependencies), []);
  });

  test('every dependency is used in src', () => {
    assert.deepEqual(findUnused(sources, dependencies), []);
  });
});

suite('the checks of packages can fail', () => {
  const text = `import { a } from 'one';\nimport b from '@scope/two/file.js';\nimport 'node:fs';\nimport c from './c.js';`;
  const files = [{ path: 'src/a.ts', text }];

  test('an import that is no dependency is found', () => {
    assert.deepEqual(findUndeclared(files, ['one', '@scope/two']), []);
    assert.equal(findUndeclared(files, ['one']).length, 1);
    assert.equal(findUndeclared(files, ['@scope/two']).length, 1);
  });

  test('a dependency that nothing uses is found', () => {
    assert.deepEqual(findUnused(files, ['one', '@scope/two', 'three']), ['three']);
  });
});
