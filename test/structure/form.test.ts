import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { findBadNames, findLongFiles, findSilencedRules, findSkippedTests } from './form.js';
import { pathsUnder, readFiles } from './repository.js';

const folders = ['src', 'test', 'scripts', 'bench', 'fixtures', 'models'];
const code = folders.flatMap((folder) => readFiles(folder, /\.(ts|mjs|py)$/));
/** The files that hold the checks name what they forbid. */
const others = code.filter((file) => !file.path.startsWith('test/structure/'));

suite('form of the code', () => {
  test('no file is too long', () => {
    assert.deepEqual(findLongFiles(code), []);
  });

  test('names of files and folders say what is inside, in kebab case', () => {
    const paths = ['src', 'test', 'scripts', 'bench'].flatMap((folder) => pathsUnder(folder));
    assert.deepEqual(findBadNames(paths.filter((path) => /\.(ts|mjs|js|py)$/.test(path))), []);
  });

  test('no test is focused, skipped for good or left for later', () => {
    assert.deepEqual(findSkippedTests(others.filter((file) => file.path.endsWith('.test.ts'))), []);
  });

  test('no rule is silenced', () => {
    assert.deepEqual(findSilencedRules(others.filter((file) => !file.path.includes('/generated/'))), []);
  });
});

suite('the checks of form can fail', () => {
  const lines = (count: number, path = 'src/a.ts') => ({ path, text: 'x\n'.repeat(count) });

  test('a file of 501 lines is found, one of 500 is not', () => {
    assert.equal(findLongFiles([lines(10), lines(10), lines(501)]).length, 1);
    assert.equal(findLongFiles([lines(10), lines(10), lines(500)]).length, 0);
    assert.equal(findLongFiles([lines(9000, 'src/graph/generated/onnx.ts')]).length, 0);
  });

  test('a median above 150 lines is found', () => {
    assert.equal(findLongFiles([lines(10), lines(151), lines(160)]).length, 1);
    assert.equal(findLongFiles([lines(10), lines(150), lines(160)]).length, 0);
  });

  test('empty and badly cased names are found', () => {
    assert.equal(findBadNames(['src/utils/a.ts']).length, 1);
    assert.equal(findBadNames(['src/model/helpers.ts', 'test/common.test.ts']).length, 2);
    assert.equal(findBadNames(['src/model/layerNorm.ts', 'src/model/layer_norm.ts']).length, 2);
    assert.deepEqual(findBadNames(['src/model/architectures/gpt_neox.ts', 'src/model/layer-norm.ts']), []);
  });

  test('focused, skipped and pending tests are found', () => {
    const found = (text: string) => findSkippedTests([{ path: 'test/a.test.ts', text }]).length;
    assert.equal(found(`test.only('a', () => {});\n  it.skip('b');\nsuite.todo('c')`), 3);
    assert.equal(found(`test('a', { only: true }, () => {})`), 1);
    assert.equal(found(`test('a', { skip: lacksBrowser }, () => {})`), 0);
  });

  test('silenced rules are found', () => {
    const text = `// @ts-ignore\nconst a: any = b as any; // biome-ignore lint: c`;
    assert.equal(findSilencedRules([{ path: 'src/a.ts', text }]).length, 4);
  });
});
