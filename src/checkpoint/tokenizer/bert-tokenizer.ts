import { PellucidError } from '../../errors.js';
import { isRecord } from './component.js';
import { describeModel, readVocabulary } from './model-description.js';
import { declareTokens, withIds } from './special-tokens.js';
import { bertTemplate } from './template.js';
import type { TokenizerDescription, TokenizerSources } from './tokenizer-description.js';
import { readTokenizerLines } from './tokenizer-files.js';

/**
 * BERT's tokenizer from the vocabulary in tokenizer.json or vocab.txt and the flags in tokenizer_config.json. As in
 * transformers 5 (models/bert/tokenization_bert.py) those flags, or their defaults, decide and not the normalizer in
 * tokenizer.json.
 * @throws PellucidError `bad-checkpoint`
 */
export async function bertTokenizer(sources: TokenizerSources): Promise<TokenizerDescription | undefined> {
  const { config } = sources;
  const found = await vocabularyOf(sources);
  if (!found) return undefined;
  const [vocabulary, file] = found;
  const { tokens, named } = declareTokens({
    ...sources.declarations,
    defaults: { unk: '[UNK]', sep: '[SEP]', pad: '[PAD]', cls: '[CLS]', mask: '[MASK]' },
  });
  const addedTokens = withIds(tokens, vocabulary);
  const idOf = (name: 'cls' | 'sep'): number => {
    const id = addedTokens.find(({ content }) => content === named.get(name))?.id;
    if (id === undefined) {
      throw new PellucidError(
        'bad-checkpoint',
        `tokenizer_config.json gives no ${name}_token, which BERT needs`,
      );
    }
    return id;
  };
  const lowercase = config.do_lower_case ?? true;
  return {
    model: describeModel(
      { type: 'WordPiece', vocab: Object.fromEntries(vocabulary), unk_token: named.get('unk') },
      file,
    ),
    normalizer: {
      type: 'BertNormalizer',
      clean_text: true,
      handle_chinese_chars: config.tokenize_chinese_chars ?? true,
      strip_accents: config.strip_accents ?? null,
      lowercase,
    },
    preTokenizer: { type: 'BertPreTokenizer' },
    decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
    template: bertTemplate(idOf('cls'), idOf('sep')),
    addedTokens,
    named,
  };
}

async function vocabularyOf({
  files,
  tokenizer,
}: TokenizerSources): Promise<[Map<string, number>, string] | undefined> {
  if (tokenizer) {
    const model = isRecord(tokenizer.model) ? tokenizer.model : {};
    return [readVocabulary(model.vocab, 'tokenizer.json'), 'tokenizer.json'];
  }
  const lines = await readTokenizerLines(files, 'vocab.txt');
  if (!lines) return undefined;
  const vocabulary = new Map(lines.map((line, id) => [line.replace(/\p{White_Space}+$/u, ''), id]));
  return [vocabulary, 'vocab.txt'];
}
