import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { findCycles } from './cycles.js';
import { findFloorViolations, findUnknownFloors } from './floors.js';
import { importsOf, readFiles } from './repository.js';

const sources = readFiles('src', /\.ts$/);

suite('who imports whom in src', () => {
  test('every import stands on a lower floor', () => {
    assert.ok(sources.length > 0);
    assert.deepEqual(findFloorViolations(sources), []);
  });

  test('every folder has its floor', () => {
    assert.deepEqual(findUnknownFloors(sources), []);
  });

  test('no files import each other in a circle', () => {
    assert.deepEqual(findCycles(sources), []);
  });
});

test('the studio takes public parts of the package only', () => {
  const foreign = readFiles('studio/src', /\.tsx?$/)
    .flatMap((file) => importsOf(file).map(({ specifier }) => `${file.path}: ${specifier}`))
    .filter((line) => /: (pellucid|\.\..*\/src\/|node:)/.test(line))
    .filter((line) => !/: pellucid\/(client|explanations|figures|worker)$/.test(line));
  assert.deepEqual(foreign, []);
});

suite('the checks of who imports whom can fail', () => {
  const violations = (path: string, text: string): number => findFloorViolations([{ path, text }]).length;

  test('imports upwards and sideways are found, of types too', () => {
    assert.equal(violations('src/tensor/a.ts', `import { b } from '../graph/index.js';`), 1);
    assert.equal(violations('src/figures/a.ts', `import type { Model } from '../model/index.js';`), 1);
    assert.equal(violations('src/methods/a.ts', `export * from '../metrics/b.js';`), 1);
    assert.equal(violations('src/runtime/a.ts', `const b = await import('../graph/index.js');`), 1);
    assert.equal(violations('src/model/a.ts', `import {\n  b,\n  c,\n} from '../figures/index.js';`), 1);
    assert.equal(violations('src/index.ts', `export { main } from './cli/main.js';`), 1);
    assert.equal(violations('src/model/a.ts', `import { loadModel } from '../load-model.js';`), 1);
    assert.equal(violations('src/cli/a.ts', `import { b } from '../../test/b.js';`), 1);
  });

  test('what is allowed passes', () => {
    assert.equal(violations('src/model/a.ts', `import { b } from '../graph/index.js';`), 0);
    assert.equal(violations('src/tensor/a.ts', `import { PellucidError } from '../errors.js';`), 0);
    assert.equal(violations('src/targets/a.ts', `import type { Model } from '../model/index.js';`), 0);
    assert.equal(violations('src/tensor/a.ts', ` * import { b } from '../graph/index.js';`), 0);
  });

  test('types may be taken where values may not', () => {
    const target = (clause: string) =>
      violations('src/targets/a.ts', `import ${clause} from '../model/index.js';`);
    assert.equal(target('{ type A, type B }'), 0);
    assert.equal(target('{ type A, b }'), 1);
  });

  test('runtime, node: and React imports in the wrong place are found', () => {
    assert.equal(violations('src/model/a.ts', `import ort from 'onnxruntime-node';`), 1);
    assert.equal(violations('src/model/a.ts', `import { readFile } from 'node:fs/promises';`), 1);
    assert.equal(violations('src/cli/a.ts', `import React from 'react';`), 1);
    assert.equal(
      violations('src/runtime/node.ts', `import ort from 'onnxruntime-node';\nimport 'node:fs';`),
      0,
    );
  });

  test('a folder without a floor is found', () => {
    assert.deepEqual(findUnknownFloors([{ path: 'src/extras/a.ts', text: '' }]), ['extras']);
  });

  test('a circle through three files is found, through types too', () => {
    const circle = [
      { path: 'src/a.ts', text: `import { b } from './b.js';` },
      { path: 'src/b.ts', text: `import type { C } from './c.js';` },
      { path: 'src/c.ts', text: `export { a } from './a.js';` },
    ];
    assert.deepEqual(findCycles(circle), [['src/a.ts', 'src/b.ts', 'src/c.ts', 'src/a.ts']]);
    assert.deepEqual(findCycles(circle.slice(0, 2)), []);
  });

  test('imports are read with their targets', () => {
    assert.deepEqual(importsOf({ path: 'src/a/b.ts', text: `import x, { y } from '../c/d.js';` }), [
      { specifier: '../c/d.js', target: 'src/c/d.ts', typesOnly: false },
    ]);
  });
});
