import { test } from 'node:test';
import { probability } from '../../src/targets/probability.js';
import { assertReference } from './target-golden.js';

for (const name of ['gpt2-default', 'bert-multi-label']) {
  test(`${name} equals the reference`, () => assertReference(probability, name));
}
