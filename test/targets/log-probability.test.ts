import { test } from 'node:test';
import { logProbability } from '../../src/targets/log-probability.js';
import { assertReference } from './target-golden.js';

for (const name of ['gpt2-default', 'bert-multi-label']) {
  test(`${name} equals the reference`, () => assertReference(logProbability, name));
}
