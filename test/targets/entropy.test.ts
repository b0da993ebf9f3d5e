import { test } from 'node:test';
import { entropy } from '../../src/targets/entropy.js';
import { assertReference } from './target-golden.js';

for (const name of ['gpt2-default', 'bert-sequence-classification']) {
  test(`${name} equals the reference`, () => assertReference(entropy, name));
}
