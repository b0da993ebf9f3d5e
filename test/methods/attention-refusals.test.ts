import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { methods } from '../../src/methods/index.js';
import type { Question } from '../../src/question/index.js';
import { openFixture } from '../model/open-fixture.js';

suite('methods of attention', () => {
  for (const method of methods.filter(({ family }) => family === 'attention')) {
    test(`${method.name} refuses a model whose attention leads through two inputs`, async () => {
      await using model = await openFixture('t5-default');
      const reason = method.refuse?.({ model } as Question, method.options.parse({}));
      assert.match(reason ?? '', /^.* has no layers of self-attention alone.*: use occlusion\.$/);
    });
  }
});
