import { test } from 'node:test';
import { logit } from '../../src/targets/logit.js';
import { assertReference } from './target-golden.js';

for (const name of ['gpt2-default', 'gpt2-sequence-classification', 'bert-token-classification']) {
  test(`${name} equals the reference`, () => assertReference(logit, name));
}
