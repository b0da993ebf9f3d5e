import { test } from 'node:test';
import { classScore } from '../../src/targets/class.js';
import { assertReference } from './target-golden.js';

for (const name of ['bert-sequence-classification', 'bert-regression']) {
  test(`${name} equals the reference`, () => assertReference(classScore, name));
}
