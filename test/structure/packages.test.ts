import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
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

test('of the folders of models only those of whole models are published', () => {
  // `npm pack --dry-run` needs no registry and writes nothing.
  const packed = spawnSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
    cwd: root,
    encoding: 'utf8',
    shell: process.platform === 'win32',
  });
  const [{ files }] = JSON.parse(packed.stdout) as [{ files: { path: string }[] }];
  const paths = files.map(({ path }) => path).filter((path) => path.startsWith('models/'));
  const wanted = ['README.md', 'config.json', 'model.safetensors', 'tokenizer.json'];
  const folders = [...new Set(paths.map((path) => path.split('/')[1]!))].sort();
  const whole = readdirSync(join(root, 'models')).filter((name) =>
    existsSync(join(root, 'models', name, 'config.json')),
  );
  assert.deepEqual(folders, whole.sort());
  for (const folder of folders)
    for (const file of wanted) assert.ok(paths.includes(`models/${folder}/${file}`), `${folder}/${file}`);
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
