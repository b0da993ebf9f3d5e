import { test } from 'node:test';
import { crossEntropy } from '../../src/targets/cross-entropy.js';
import { assertReference } from './target-golden.js';

for (const name of ['gpt2-default', 'bert-multi-label']) {
  test(`${name} equals the reference`, () => assertReference(crossEntropy, name));
}
