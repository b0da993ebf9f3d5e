import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { type Catalogue, catalogues, findGaps, unitsOf } from './catalogues.js';
import { pathsUnder, root } from './repository.js';

suite('four in a row: source, test, page, golden', () => {
  const paths = ['src', 'test', 'docs', 'fixtures'].flatMap((folder) => pathsUnder(folder));
  for (const catalogue of catalogues) {
    test(catalogue.folder, () => {
      assert.ok(unitsOf(catalogue, paths).length > 0);
      const index = readFileSync(join(root, catalogue.folder, 'index.ts'), 'utf8');
      assert.deepEqual(findGaps(catalogue, index, paths), []);
    });
  }
});

suite('the check of catalogues can fail', () => {
  const catalogue: Catalogue = {
    folder: 'src/fruit',
    list: 'fruit',
    otherFiles: [],
    test: (unit) => `test/fruit/${unit}.test.ts`,
    page: (unit) => `docs/fruit/${unit}.md`,
    golden: (unit) => new RegExp(`^fixtures/${unit}/`),
  };
  const four = (unit: string) => [
    ...[`src/fruit/${unit}.ts`, `test/fruit/${unit}.test.ts`],
    ...[`docs/fruit/${unit}.md`, `fixtures/${unit}/golden.json`],
  ];
  const whole = [...four('apple'), ...four('pear'), 'src/fruit/index.ts'];
  const index = `import { apple } from './apple.js';\nimport { pear } from './pear.js';\nexport const fruit: readonly Fruit[] = [apple, pear];`;

  test('a whole catalogue passes', () => {
    assert.deepEqual(findGaps(catalogue, index, whole), []);
  });

  test('each of the four is missed', () => {
    for (const path of four('pear').slice(1)) {
      assert.equal(
        findGaps(
          catalogue,
          index,
          whole.filter((other) => other !== path),
        ).length,
        1,
        path,
      );
    }
  });

  test('a file that is not in the list is found', () => {
    assert.equal(findGaps(catalogue, index, [...whole, ...four('plum')]).length, 2);
    assert.equal(findGaps(catalogue, index.replace('[apple, pear]', '[apple]'), whole).length, 2);
  });

  test('a list that is missing or out of order is found', () => {
    assert.equal(findGaps(catalogue, index.replace('[apple, pear]', '[pear, apple]'), whole).length, 1);
    assert.equal(findGaps(catalogue, '', whole).length, 1);
  });
});
