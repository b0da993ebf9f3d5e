import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { findUnportable } from './portable.js';
import { readFiles, root } from './repository.js';

const sources = readFiles('src', /\.ts$/);
const { browser } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  browser: Record<string, string>;
};

suite('what runs in a browser', () => {
  for (const entry of ['web', 'explanations/index', 'figures/index', 'model/index', 'tensor/index']) {
    test(`src/${entry}.ts needs no Node`, () => {
      assert.deepEqual(findUnportable(sources, `src/${entry}.ts`, browser), []);
    });
  }
});

suite('the check of what runs in a browser can fail', () => {
  const a = (text: string) => ({ path: 'src/a.ts', text });
  const b = { path: 'src/b.ts', text: `import { readFile } from 'node:fs/promises';` };
  const problems = (text: string, replaced = {}) => findUnportable([a(text), b], 'src/a.ts', replaced);

  test('modules of Node are found: imported, imported later, or the script of a worker', () => {
    const found = ['src/a.ts → src/b.ts imports node:fs/promises'];
    assert.deepEqual(problems(`import { b } from './b.js';`), found);
    assert.deepEqual(problems(`const b = await import('./b.js');`), found);
    assert.deepEqual(problems(`new Worker(new URL('./b.js', import.meta.url), { type: 'module' });`), found);
    assert.equal(problems(`import ort from 'onnxruntime-node';`).length, 1);
    assert.equal(problems(`import { c } from './c.js';`).length, 1);
  });

  test('types and what a browser gets instead pass', () => {
    assert.deepEqual(problems(`import type { B } from './b.js';`), []);
    assert.deepEqual(problems(`import ort from 'onnxruntime-web/wasm';`), []);
    const c = { path: 'src/c.ts', text: '' };
    const replaced = { './dist/src/b.js': './dist/src/c.js' };
    assert.deepEqual(findUnportable([a(`import { b } from './b.js';`), b, c], 'src/a.ts', replaced), []);
  });
});
