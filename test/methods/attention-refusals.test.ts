import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { methods } from '../../src/methods/index.js';
import type { Question } from '../../src/question/index.js';
import { parseTarget } from '../../src/targets/parse-target.js';
import { openFixture } from '../model/open-fixture.js';

const readCross = new Set(['raw-attention', 'gradient-x-attention']);

suite('methods of attention', () => {
  for (const method of methods.filter(({ family }) => family === 'attention')) {
    const verb = readCross.has(method.name) ? 'takes' : 'refuses';
    test(`${method.name} ${verb} a model whose attention leads through two inputs`, async () => {
      await using model = await openFixture('t5-default');
      const asked = { model, encoderLength: 4, target: parseTarget('logit') } as Question;
      const reason = method.refuse?.(asked, method.options.parse({}));
      if (readCross.has(method.name)) assert.equal(reason, undefined);
      else assert.match(reason ?? '', /^.* has an encoder and a decoder.*: use gradient-x-attention.*\.$/);
    });
  }
});
