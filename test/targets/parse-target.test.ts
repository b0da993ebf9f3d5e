import assert from 'node:assert/strict';
import { test } from 'node:test';
import { targets } from '../../src/targets/index.js';
import { parseTarget } from '../../src/targets/parse-target.js';

test('a target is a name and, after a colon, its answers as they stand', () => {
  const read = (text: string) => {
    const { definition, answers } = parseTarget(text);
    return [definition.name, ...answers];
  };
  assert.deepEqual(read('logit: Paris'), ['logit', ' Paris']);
  assert.deepEqual(read('logit'), ['logit']);
  assert.deepEqual(read('logit::'), ['logit', ':']);
  assert.deepEqual(read('logit:a,b'), ['logit', 'a,b']);
  assert.deepEqual(read('contrast: he, she'), ['contrast', ' he', ' she']);
  assert.deepEqual(read('logprob:#262'), ['log-probability', '#262']);
  assert.deepEqual(read('prob:x'), ['probability', 'x']);
  assert.deepEqual(read('loss:x'), ['cross-entropy', 'x']);
  assert.deepEqual(read('entropy'), ['entropy']);
  assert.equal(parseTarget('logit', { position: 'mask' }).position, 'mask');
});

test('no name means two targets', () => {
  const names = targets.flatMap(({ name, aliases }) => [name, ...aliases]);
  assert.equal(new Set(names).size, names.length);
});

test('what is no target is refused', () => {
  const code = (name: string) => ({ name: 'PellucidError', code: name });
  assert.throws(() => parseTarget('logits: a'), { ...code('not-found'), message: /nearest is "logit"/ });
  assert.throws(() => parseTarget('contrast:a'), {
    ...code('bad-input'),
    message: /contrast:<answer>,<answer>/,
  });
  assert.throws(() => parseTarget('contrast:a,b,c'), code('bad-input'));
  assert.throws(() => parseTarget('contrast'), code('bad-input'));
  assert.throws(() => parseTarget('entropy:a'), { ...code('bad-input'), message: /write entropy,/ });
});
