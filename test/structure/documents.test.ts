import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { findBrokenLinks, findForeignText } from './documents.js';
import { readFiles, root } from './repository.js';

const pages = readFiles('.', /\.md$/);

suite('documents', () => {
  test('every relative link leads somewhere', () => {
    assert.ok(pages.length > 0);
    assert.deepEqual(
      findBrokenLinks(pages, (path) => existsSync(join(root, path))),
      [],
    );
  });

  test('nothing in them or in the code that is not a test is true of one machine only', () => {
    const code = ['src', 'scripts', 'bench', 'fixtures', 'models'].flatMap((folder) =>
      readFiles(folder, /\.(ts|mjs|py)$/),
    );
    assert.deepEqual(findForeignText([...pages, ...code]), []);
  });
});

suite('the checks of documents can fail', () => {
  const exists = (path: string) => ['docs/a.md', 'docs/images/b.png'].includes(path);
  const broken = (text: string) => findBrokenLinks([{ path: 'docs/a.md', text }], exists).length;

  test('links that lead nowhere are found', () => {
    assert.equal(broken('[x](gone.md)'), 1);
    assert.equal(broken('![x](images/gone.png "title")'), 1);
    assert.equal(broken('<img src="../gone.svg">'), 1);
    assert.equal(broken('# Here\n[x](#there)'), 1);
  });

  test('good links and code pass', () => {
    assert.equal(
      broken('# Over here!\n[x](a.md) ![y](images/b.png) [z](#over-here) [w](https://example.org/)'),
      0,
    );
    assert.equal(broken('`[a](b)`\n```ts\nx[1](2)\n```\n'), 0);
  });

  test('paths of one machine and hosts of registries are found', () => {
    const found = (text: string) => findForeignText([{ path: 'docs/a.md', text }]).length;
    assert.equal(found('see /work/main, /tmp/x and /home/ada/y'), 3);
    assert.equal(found('from registry.npmjs.org'), 1);
    assert.equal(found('the network path, see src/runtime/node.ts'), 0);
  });
});
