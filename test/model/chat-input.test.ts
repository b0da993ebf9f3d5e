import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadModel } from '../../src/index.js';

const template =
  '{% for m in messages %}<{{ m.role }}> {{ m.content }}\n{% endfor %}{% if add_generation_prompt %}<assistant>{% endif %}';
const user = { role: 'user', content: 'Tom went home.' };

test('a model reads messages, and answers behind them', async () => {
  await using model = await loadModel('pellucid-gpt2');
  const run = await model.run({ messages: [user], template }, { capture: [] });
  assert.equal(run.subject.text, '<user> Tom went home.\n<assistant>');
  const text = await model.run('<user> Tom went home.\n<assistant>', { capture: [] });
  assert.deepEqual(run.predictions(), text.predictions());
  assert.deepEqual(
    run.tokens.map(({ id, offsets }) => [id, offsets]),
    text.tokens.map(({ id, offsets }) => [id, offsets]),
  );
  const answered = await model.run(
    { messages: [user, { role: 'assistant', content: 'And' }], template },
    { capture: [] },
  );
  assert.equal(answered.subject.text, '<user> Tom went home.\n<assistant> And\n');
  const options = { maxNewTokens: 3 };
  assert.deepEqual(
    (await model.generate({ messages: [user], template }, options)).text,
    (await model.generate('<user> Tom went home.\n<assistant>', options)).text,
  );
  await assert.rejects(model.run({ messages: [user] }), { code: 'unsupported', message: /no chat template/ });
});
