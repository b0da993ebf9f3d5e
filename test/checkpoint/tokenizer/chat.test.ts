import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { ChatMessage, ChatOptions } from '../../../src/checkpoint/index.js';
import { openFolder } from '../../../src/checkpoint/index.js';
import { loadTokenizer, type Tokenizer } from '../../../src/checkpoint/tokenizer/tokenizer.js';
import { memoryFiles } from './memory-files.js';

/** What transformers makes of chats; see fixtures/chat/make.py. */
interface Goldens {
  readonly templates: Record<string, string>;
  readonly chats: Record<string, ChatMessage[]>;
  readonly tools: object[];
  readonly cases: {
    readonly template: string;
    readonly chat: string;
    readonly tools: boolean;
    readonly generation: boolean;
    readonly text?: string;
    readonly ids?: number[];
    readonly error?: string;
  }[];
}

const fixtures = new URL('../../../../fixtures/', import.meta.url);
const goldens = JSON.parse(readFileSync(new URL('chat/chats.json', fixtures), 'utf8')) as Goldens;
const llama3 = await loadTokenizer(
  await openFolder(fileURLToPath(new URL('tokenizers/llama-3', fixtures))),
  'llama',
);
/** The time of the goldens. */
const now = new Date(2026, 6, 4, 9, 5, 3);

describe('a chat is what transformers makes of it, text and ids', () => {
  for (const [name, template] of Object.entries(goldens.templates)) {
    test(name, () => {
      const cases = goldens.cases.filter((each) => each.template === name);
      assert.ok(cases.length > 5);
      for (const { chat, tools, generation, text, ids, error } of cases) {
        const options: ChatOptions = {
          template,
          now,
          addGenerationPrompt: generation,
          tools: tools ? goldens.tools : undefined,
        };
        const where = `${chat}, tools ${tools}, generation ${generation}`;
        const messages = goldens.chats[chat]!;
        if (error !== undefined) {
          assert.throws(
            () => llama3.chat(messages, options),
            (thrown: Error) => thrown.message.endsWith(error),
            where,
          );
          continue;
        }
        const found = llama3.chat(messages, options);
        assert.equal(found.text, text, where);
        assert.deepEqual(
          found.tokens.map(({ id }) => id),
          ids,
          where,
        );
        for (const [index, turn] of found.turns.entries()) {
          const { content } = messages[index]!;
          if (turn === null || typeof content !== 'string') continue;
          assert.equal(found.text.slice(...turn), content.trim(), where);
        }
      }
    });
  }
});

const one: ChatMessage[] = [{ role: 'user', content: 'Hi' }];
const generic = {
  'tokenizer.json': {
    model: { type: 'WordLevel', vocab: { '<unk>': 0, Hi: 1 }, unk_token: '<unk>' },
    pre_tokenizer: { type: 'WhitespaceSplit' },
    added_tokens: [{ id: 2, content: '<s>', special: true }],
    post_processor: { type: 'BertProcessing', sep: ['<s>', 2], cls: ['<s>', 2] },
  },
};

function withTemplates(config: object, files: Record<string, unknown> = {}): Promise<Tokenizer> {
  const all = { ...generic, 'tokenizer_config.json': { bos_token: '<s>', ...config }, ...files };
  return loadTokenizer(memoryFiles(all), 'other');
}

const contents = (messages: readonly ChatMessage[], options: ChatOptions): (string | null)[] => {
  const { text, turns } = llama3.chat(messages, options);
  return turns.map((turn) => turn && text.slice(...turn));
};

describe('turns are the contents of the messages', () => {
  const { templates } = goldens;

  test('also where a content is a word of the template, or the same as another', () => {
    const messages = [
      { role: 'user', content: 'user' },
      { role: 'assistant', content: 'im_start' },
      { role: 'user', content: ' user ' },
    ];
    const { text, turns } = llama3.chat(messages, { template: templates.chatml });
    assert.deepEqual(
      turns.map((turn) => text.slice(turn![0] - 1, turn![1] + 1)),
      ['\nuser<', '\nim_start<', ' user '],
    );
    assert.deepEqual(turns, [
      [17, 21],
      [54, 62],
      [91, 95],
    ]);
  });

  test('a system message inside of the first turn', () => {
    const messages = [
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'Why?' },
    ];
    assert.deepEqual(contents(messages, { template: templates['llama-2'] }), ['Be brief.', 'Why?']);
    // It stands behind the messages before the last one in this form.
    assert.deepEqual(contents(messages, { template: templates.mistral }), ['Be brief.', 'Why?']);
  });

  test('of parts all together; none where the template leaves a content out', () => {
    assert.deepEqual(contents(goldens.chats.parts!, { template: templates['gemma-3'] }), [
      'first partsecond part',
    ]);
    assert.deepEqual(
      contents(goldens.chats.thinking!, { template: templates.qwen3 }).map((turn) => turn === null),
      [false, true, false, false],
    );
    assert.deepEqual(contents(goldens.chats.tool!, { template: templates.qwen2 }), [
      'How is it in Köln?',
      null,
      '{"rain": 3}',
      'It rains.',
    ]);
  });

  test('contents with the characters that mark are looked for', () => {
    const messages = [{ role: 'user', content: 'a\ue0f0b' }];
    assert.deepEqual(contents(messages, { template: templates.chatml }), ['a\ue0f0b']);
  });
});

test('the beginning of a text is not doubled, and tokens have their places in it', async () => {
  const tokenizer = await withTemplates({ chat_template: '{{ bos_token }} {{ messages[0].content }}' });
  const { tokens } = tokenizer.chat(one);
  assert.deepEqual(
    tokens.map(({ id, offsets }) => [id, offsets]),
    [
      [2, [0, 3]],
      [1, [4, 6]],
    ],
  );
});

test('templates: a list by names, a file of its own before the config, an old file behind it', async () => {
  const list = [
    { name: 'default', template: 'default' },
    { name: 'tool_use', template: 'tools {{ tools|length }}' },
    { name: 'rag', template: 'rag' },
  ];
  const named = await withTemplates({ chat_template: list });
  assert.equal(named.chat(one).text, 'default');
  assert.equal(named.chat(one, { tools: [{}] }).text, 'tools 1');
  assert.equal(named.chat(one, { template: 'rag' }).text, 'rag');
  const file = await withTemplates({ chat_template: 'config' }, { 'chat_template.jinja': 'file\n' });
  assert.equal(file.chat(one).text, 'file');
  const old = { 'chat_template.json': { chat_template: 'old' } };
  assert.equal((await withTemplates({}, old)).chat(one).text, 'old');
  assert.equal((await withTemplates({ chat_template: 'new' }, old)).chat(one).text, 'new');
  const choose = await withTemplates({ chat_template: list.slice(1) });
  assert.throws(() => choose.chat(one), /choose tool_use or rag/);
  await assert.rejects(withTemplates({ chat_template: 7 }), { code: 'bad-checkpoint' });
});

describe('what cannot be rendered is one clear sentence', () => {
  for (const [what, template, code, message] of [
    [
      'an endless loop',
      '{% for i in range(99999) %}{% for j in range(99999) %}{% endfor %}{% endfor %}',
      'bad-checkpoint',
      /without end/,
    ],
    ['a huge range', '{% for i in range(9999999999) %}{% endfor %}', 'bad-checkpoint', /without end/],
    [
      'a text that doubles',
      `{% set ns = namespace(a="x") %}{% for i in range(90) %}{% set ns.a = ns.a + ns.a %}{% endfor %}`,
      'bad-checkpoint',
      /without end/,
    ],
    [
      'a macro that calls itself',
      '{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}',
      'bad-checkpoint',
      /without end/,
    ],
    ['a template of any length', '{# #}'.repeat(50_000), 'bad-checkpoint', /200000 characters/],
    ['spaces without end', ' '.repeat(5000), 'bad-checkpoint', /1000 spaces/],
    ['a syntax error', '{% if %}', 'unsupported', /cannot be rendered/],
    ['an unknown filter', '{{ messages | dictsort }}', 'unsupported', /dictsort/],
    ['an unknown code of time', "{{ strftime_now('%j') }}", 'unsupported', /%j/],
    [
      'a count of characters that are counted twice',
      "{{ ('👩' + messages[0].content) | length }}",
      'unsupported',
      /beyond U\+FFFF/,
    ],
    ['a refusal', "{{ raise_exception('no\u001b[31m') }}", 'bad-input', /refuses these messages: no�\[31m$/],
  ] as const) {
    test(what, () => {
      assert.throws(() => llama3.chat(one, { template }), { name: 'PellucidError', code, message });
    });
  }

  test('no template, no messages, and what is no message', async () => {
    assert.throws(() => llama3.chat(one), { code: 'unsupported', message: /no chat template/ });
    const tokenizer = await withTemplates({ chat_template: 'x' });
    assert.throws(() => tokenizer.chat([]), /No messages/);
    const wrong = [{ role: 'user', content: 7 }] as unknown as ChatMessage[];
    assert.throws(() => tokenizer.chat(wrong), /Message 0 is not/);
  });
});

test('what an iteration wrote before it ends is kept', () => {
  const loop = (end: string) =>
    `{% for i in range(4) %}<{{ i }}{% if i == 1 %}!{% ${end} %}{% endif %}>{% endfor %}.`;
  assert.equal(llama3.chat(one, { template: loop('break') }).text, '<0><1!.');
  assert.equal(llama3.chat(one, { template: loop('continue') }).text, '<0><1!<2><3>.');
  const nested =
    '{% for i in range(3) %}{% for j in range(3) %}{{ i }}{{ j }} {% break %}{% endfor %}{% endfor %}';
  assert.equal(llama3.chat(one, { template: nested }).text, '00 10 20 ');
});
