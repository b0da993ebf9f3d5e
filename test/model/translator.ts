import type { Changes, FixtureCopies } from './fixture-copy.js';

const special = ['<pad>', '</s>', '<unk>', '<s>', 'en_XX', 'de_DE'];
const words = ['<pad>', '</s>', '<unk>', '<s>', ...'the cat sat on mat a dog ran to'.split(' ')];
const vocabulary = [...words, 'die', 'katze', 'der', 'hund', 'en_XX', 'de_DE'];

/** The id of a word of a translator. */
export function idOf(word: string): number {
  return vocabulary.indexOf(word);
}

/**
 * The folder of a tiny encoder-decoder with a tokenizer of a few words, whose template has these special tokens around a text.
 * @param settings what generation_config.json holds; none by default
 */
export async function makeTranslator(
  copies: FixtureCopies,
  name: string,
  template: { readonly before: readonly string[]; readonly after: readonly string[] },
  changes: Changes = {},
  settings?: Readonly<Record<string, unknown>>,
): Promise<string> {
  const folder = await copies.make(name, changes);
  if (settings) await copies.write(folder, 'generation_config.json', settings);
  const around = (id: string) => ({ SpecialToken: { id, type_id: 0 } });
  const single = [
    ...template.before.map(around),
    { Sequence: { id: 'A', type_id: 0 } },
    ...template.after.map(around),
  ];
  const used = new Set([...template.before, ...template.after]);
  await copies.write(folder, 'tokenizer.json', {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: special.map((content) => ({
      ...{ id: idOf(content), content, single_word: false, lstrip: false, rstrip: false },
      ...{ normalized: false, special: true },
    })),
    normalizer: null,
    pre_tokenizer: { type: 'Whitespace' },
    post_processor: {
      type: 'TemplateProcessing',
      single,
      pair: [...single, { Sequence: { id: 'B', type_id: 0 } }, ...template.after.map(around)],
      special_tokens: Object.fromEntries([...used].map((id) => [id, { id, ids: [idOf(id)], tokens: [id] }])),
    },
    decoder: null,
    model: {
      type: 'WordLevel',
      vocab: Object.fromEntries(vocabulary.map((word, id) => [word, id])),
      unk_token: '<unk>',
    },
  });
  return folder;
}
