import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { methodPage, storedGrades, truthPage, truthTable } from '../../scripts/truth.js';
import { methods } from '../../src/methods/index.js';
import { truths } from '../../src/truth/index.js';

const read = (path: string) => readFileSync(new URL(`../../../docs/${path}`, import.meta.url), 'utf8');

test('the pages of grades are what the stored grades say', () => {
  assert.equal(read('truth.md'), truthPage(), 'run `npm run bench:truth`');
  assert.equal(read('images/truth-table.svg'), truthTable(), 'run `npm run bench:truth`');
  for (const { name } of methods) {
    const page = read(`methods/${name}.md`);
    assert.equal(page, methodPage(page, name), `${name}: run \`npm run bench:truth\``);
  }
});

test('the stored grades are of every method on every model', () => {
  const { grades } = storedGrades();
  for (const { name: truth } of truths)
    for (const method of [...methods.map(({ name }) => name), 'random'])
      assert.ok(
        grades.some((each) => each.truth === truth && each.method === method),
        `${method} on ${truth}: run \`npm run bench:truth\``,
      );
});
