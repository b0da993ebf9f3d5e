import { PellucidError } from '../../errors.js';
import { m2m100Languages } from './language-codes.js';
import { readVocabulary } from './model-description.js';
import { readSentencePieceModel, type SentencePieceModel } from './sentencepiece-model.js';
import { declareTokens, withIds } from './special-tokens.js';
import { plainTemplate, type Template } from './template.js';
import type { TextReader, TokenizerDescription, TokenizerSources } from './tokenizer-description.js';
import { readTokenizerBytes, readTokenizerJson, type TokenizerFile } from './tokenizer-files.js';

/**
 * Marian's tokenizer: SentencePiece models of the source's and of the target's language, whose pieces have the ids that
 * `vocab.json` gives them (models/marian/tokenization_marian.py of transformers 5). `>>fr<<` at the beginning of a text is
 * a piece of its own. Without the package sacremoses, as here, punctuation stays as it is.
 * @throws PellucidError `bad-checkpoint`, `unsupported` for separate vocabularies
 */
export async function marianTokenizer(sources: TokenizerSources): Promise<TokenizerDescription | undefined> {
  const { files, config } = sources;
  if (!['source.spm', 'target.spm', 'vocab.json'].every((name) => files.names.includes(name)))
    return undefined;
  const source = await readPieces(sources, 'source.spm');
  const target = await readPieces(sources, 'target.spm');
  const vocab = await readTokenizerJson(files, 'vocab.json');
  if (!source || !target || !vocab) return undefined;
  if (config.separate_vocabs === true) {
    throw new PellucidError(
      'unsupported',
      `the tokenizer of ${files.id} has a vocabulary of its own for the target (separate_vocabs), which is not supported`,
    );
  }
  const vocabulary = readVocabulary(vocab, 'vocab.json');
  const { tokens, named } = declareTokens({
    ...sources.declarations,
    defaults: { unk: '<unk>', eos: '</s>', pad: '<pad>' },
  });
  const addedTokens = withIds(tokens, vocabulary);
  const idOf = idsOf(vocabulary, addedTokens, files.id);
  const model = { type: 'SentencePiece', vocabulary, unknownId: idOf(named.get('unk')) } as const;
  return {
    model: { ...model, pieces: source },
    ...around(source),
    leading: />>.*?<</sy,
    target: { model: { ...model, pieces: target }, ...around(target) },
    template: enclosed([], [idOf(named.get('eos'))]),
    addedTokens,
    named,
  };
}

/**
 * M2M-100's tokenizer: a SentencePiece model whose pieces have the ids of `vocab.json`, and behind them a token for each
 * language; a text begins with that of its language (models/m2m_100/tokenization_m2m_100.py of transformers 5).
 * @throws PellucidError `bad-checkpoint`
 */
export async function m2m100Tokenizer(sources: TokenizerSources): Promise<TokenizerDescription | undefined> {
  const { files, config } = sources;
  const pieces = await readPieces(sources, 'sentencepiece.bpe.model');
  const vocab = await readTokenizerJson(files, 'vocab.json');
  if (!pieces || !vocab) return undefined;
  const vocabulary = readVocabulary(vocab, 'vocab.json');
  const { tokens, named } = declareTokens({
    ...sources.declarations,
    defaults: { bos: '<s>', eos: '</s>', sep: '</s>', pad: '<pad>', unk: '<unk>' },
  });
  const languages = languagesOf(config.language_codes, files.id);
  const known = new Map(vocabulary);
  for (const [i, language] of languages.entries()) known.set(`__${language}__`, vocabulary.size + i);
  const addedTokens = withIds(tokens, vocabulary);
  const idOf = idsOf(known, addedTokens, files.id);
  const language = typeof config.src_lang === 'string' ? config.src_lang : 'en';
  return {
    model: { type: 'SentencePiece', vocabulary: known, unknownId: idOf(named.get('unk')), pieces },
    ...around(pieces),
    template: enclosed([idOf(`__${language}__`)], [idOf(named.get('eos'))]),
    addedTokens,
    named,
  };
}

function languagesOf(value: unknown, id: string): readonly string[] {
  const name = value ?? 'm2m100';
  const found =
    typeof name === 'string' && Object.hasOwn(m2m100Languages, name) ? m2m100Languages[name] : undefined;
  if (found !== undefined) return found;
  throw new PellucidError(
    'unsupported',
    `tokenizer_config.json of ${id} has the language_codes ${JSON.stringify(name)}; supported are ${Object.keys(m2m100Languages).join(', ')}`,
  );
}

async function readPieces(
  { files }: TokenizerSources,
  name: TokenizerFile,
): Promise<SentencePieceModel | undefined> {
  const bytes = await readTokenizerBytes(files, name);
  const model = bytes && readSentencePieceModel(bytes, name);
  if (!model?.pieces.some(({ kind }) => kind === 'user-defined')) return model;
  throw new PellucidError(
    'unsupported',
    `${name} of ${files.id} has pieces defined by its user, which are not supported`,
  );
}

/** How a text is prepared, and pieces are written as text again. */
function around({ charactersMap, addsDummyPrefix, removesExtraSpaces }: SentencePieceModel): TextReader {
  return {
    normalizer: { type: 'SentencePiece', charactersMap, addsDummyPrefix, removesExtraSpaces },
    preTokenizer: null,
    decoder: { type: 'Metaspace', replacement: '▁', prepend_scheme: 'always' },
  };
}

function enclosed(before: readonly number[], after: readonly number[]): Template {
  const first = [{ ids: before, typeId: 0 }, { text: 0, typeId: 0 } as const].slice(
    before.length === 0 ? 1 : 0,
  );
  const last = { ids: after, typeId: 0 };
  return {
    ...plainTemplate,
    single: [...first, last],
    pair: [...first, { text: 1, typeId: 0 }, last],
  };
}

function idsOf(
  vocabulary: ReadonlyMap<string, number>,
  added: readonly { readonly content: string; readonly id: number }[],
  id: string,
): (piece: string | undefined) => number {
  return (piece) => {
    const found = added.find(({ content }) => content === piece)?.id ?? vocabulary.get(piece ?? '');
    if (found !== undefined) return found;
    throw new PellucidError(
      'bad-checkpoint',
      `the vocabulary in vocab.json of ${id} has no ${JSON.stringify(piece)}`,
    );
  };
}
