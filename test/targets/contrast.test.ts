import { test } from 'node:test';
import { contrast } from '../../src/targets/contrast.js';
import { assertReference } from './target-golden.js';

for (const name of ['gpt2-default', 'bert-default']) {
  test(`${name} equals the reference`, () => assertReference(contrast, name));
}
