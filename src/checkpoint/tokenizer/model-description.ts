import { PellucidError } from '../../errors.js';
import { isRecord } from './component.js';
import type { SentencePieceModel } from './sentencepiece-model.js';

/** The `model` of a `tokenizer.json`, checked: a vocabulary and how a word is cut into its entries. */
export type ModelDescription =
  | WordPieceDescription
  | BytePairDescription
  | UnigramDescription
  | WordLevelDescription
  | SentencePieceDescription;

interface WordPieceDescription {
  readonly type: 'WordPiece';
  readonly vocabulary: ReadonlyMap<string, number>;
  readonly unknownPiece: string;
  /** Marks an entry that continues a word: `##`. */
  readonly continuationPrefix: string;
  /** In characters; a longer word is unknown. */
  readonly longestWord: number;
}

interface WordLevelDescription {
  readonly type: 'WordLevel';
  readonly vocabulary: ReadonlyMap<string, number>;
  readonly unknownId: number | undefined;
}

/** What the SentencePiece library itself cuts, with ids of another file. */
interface SentencePieceDescription {
  readonly type: 'SentencePiece';
  readonly vocabulary: ReadonlyMap<string, number>;
  readonly unknownId: number;
  readonly pieces: SentencePieceModel;
}

interface WithUnknown {
  readonly vocabulary: ReadonlyMap<string, number>;
  readonly unknownId: number | undefined;
  /** Whether a run of unknown characters becomes one token. */
  readonly fusesUnknown: boolean;
  /** The ids of `<0x00>` to `<0xFF>`, where unknown characters are written as bytes. */
  readonly bytePieces: readonly number[] | undefined;
}

interface BytePairDescription extends WithUnknown {
  readonly type: 'BPE';
  readonly merges: readonly (readonly [string, string])[];
  /** A word that is an entry as a whole is taken as it is. */
  readonly ignoresMerges: boolean;
  readonly endOfWordSuffix: string | undefined;
}

interface UnigramDescription extends WithUnknown {
  readonly type: 'Unigram';
  /** Entries with log-probabilities, in the order of their ids. */
  readonly scores: readonly (readonly [string, number])[];
}

/** No published vocabulary comes near: the largest have some 260 000 entries. */
const largestId = 2 ** 24;

/**
 * Checks the `model` of a `tokenizer.json`.
 * @param file its name, for messages
 * @throws PellucidError `bad-checkpoint` when it is malformed, `unsupported` when it asks for something else.
 */
export function describeModel(model: unknown, file: string): ModelDescription {
  if (!isRecord(model)) throw new PellucidError('bad-checkpoint', `${file} has no "model"`);
  const type = model.type ?? typeByShape(model);
  if (type === 'Unigram') return describeUnigram(model, file);
  if (type !== 'WordPiece' && type !== 'BPE' && type !== 'WordLevel') {
    throw new PellucidError(
      'unsupported',
      `${file} has a model of type "${String(type)}"; supported are BPE, Unigram, WordLevel and WordPiece`,
    );
  }
  const vocabulary = readVocabulary(model.vocab, file);
  if (type === 'WordLevel') {
    const unknownPiece = optionalText(model.unk_token, file, 'unk_token') ?? '<unk>';
    return { type, vocabulary, unknownId: vocabulary.get(unknownPiece) };
  }
  if (type === 'WordPiece') {
    return {
      type,
      vocabulary,
      unknownPiece: optionalText(model.unk_token, file, 'unk_token') ?? '[UNK]',
      continuationPrefix:
        optionalText(model.continuing_subword_prefix, file, 'continuing_subword_prefix') ?? '##',
      longestWord: longestWordOf(model.max_input_chars_per_word, file),
    };
  }
  if (model.continuing_subword_prefix) {
    throw new PellucidError(
      'unsupported',
      `${file} has a BPE model with a continuing_subword_prefix, which is not supported`,
    );
  }
  if (model.dropout) {
    throw new PellucidError(
      'unsupported',
      `${file} has a BPE model with a dropout, which cuts the same text differently each time; set "dropout" to null there`,
    );
  }
  const unknownPiece = optionalText(model.unk_token, file, 'unk_token');
  return {
    type,
    vocabulary,
    merges: readMerges(model.merges, vocabulary, file),
    unknownId: unknownPiece === undefined ? undefined : vocabulary.get(unknownPiece),
    fusesUnknown: model.fuse_unk === true,
    bytePieces: model.byte_fallback === true ? bytePiecesOf(vocabulary) : undefined,
    ignoresMerges: model.ignore_merges === true,
    endOfWordSuffix: optionalText(model.end_of_word_suffix, file, 'end_of_word_suffix') || undefined,
  };
}

/**
 * Checks a vocabulary: an object from entry to id.
 * @throws PellucidError `bad-checkpoint`
 */
export function readVocabulary(value: unknown, file: string): Map<string, number> {
  if (!isRecord(value)) {
    throw new PellucidError('bad-checkpoint', `the vocabulary in ${file} is not an object from entry to id`);
  }
  const vocabulary = new Map<string, number>();
  for (const piece of Object.keys(value)) {
    const id = value[piece];
    if (typeof id !== 'number' || !Number.isInteger(id) || id < 0 || id > largestId) {
      throw new PellucidError(
        'bad-checkpoint',
        `the vocabulary in ${file} gives ${shown(piece)} the id ${shown(id)}, which is not a whole number from 0 to ${largestId}`,
      );
    }
    vocabulary.set(piece, id);
  }
  if (vocabulary.size === 0) throw new PellucidError('bad-checkpoint', `the vocabulary in ${file} is empty`);
  return vocabulary;
}

/**
 * Checks merge rules, written `["a", "b"]` or `"a b"`.
 * @throws PellucidError `bad-checkpoint` when one is malformed or joins what the vocabulary does not have.
 */
export function readMerges(
  value: unknown,
  vocabulary: ReadonlyMap<string, number>,
  file: string,
): (readonly [string, string])[] {
  if (!Array.isArray(value)) {
    throw new PellucidError('bad-checkpoint', `the BPE model in ${file} has no list of "merges"`);
  }
  return value.map((rule: unknown, index) => {
    const parts: unknown = typeof rule === 'string' ? rule.split(' ') : rule;
    const [first, second]: unknown[] = Array.isArray(parts) && parts.length === 2 ? parts : [];
    if (typeof first !== 'string' || typeof second !== 'string') {
      throw new PellucidError('bad-checkpoint', `merge ${index} in ${file} is not a pair of entries`);
    }
    if (!vocabulary.has(first) || !vocabulary.has(second)) {
      throw new PellucidError(
        'bad-checkpoint',
        `merge ${index} in ${file} joins ${shown(first)} and ${shown(second)}, which are not both in the vocabulary`,
      );
    }
    return [first, second] as const;
  });
}

function describeUnigram(model: Record<string, unknown>, file: string): ModelDescription {
  const { vocab } = model;
  if (!Array.isArray(vocab) || vocab.length === 0) {
    throw new PellucidError('bad-checkpoint', `the Unigram vocabulary in ${file} is not a list of entries`);
  }
  const scores = vocab.map((entry: unknown, id) => {
    const [piece, score] = Array.isArray(entry) ? entry : [];
    if (typeof piece !== 'string' || typeof score !== 'number') {
      throw new PellucidError(
        'bad-checkpoint',
        `entry ${id} of the vocabulary in ${file} is not [text, score]`,
      );
    }
    return [piece, score] as const;
  });
  const unknownId = model.unk_id ?? undefined;
  if (unknownId !== undefined && (typeof unknownId !== 'number' || scores[unknownId] === undefined)) {
    throw new PellucidError('bad-checkpoint', `"unk_id" in ${file} is not the id of an entry`);
  }
  const vocabulary = new Map(scores.map(([piece], id) => [piece, id]));
  return {
    type: 'Unigram',
    vocabulary,
    scores,
    unknownId,
    fusesUnknown: true,
    bytePieces: model.byte_fallback === true ? bytePiecesOf(vocabulary) : undefined,
  };
}

/** The model's type where old files leave it out. */
function typeByShape(model: Record<string, unknown>): string {
  if (Array.isArray(model.vocab)) return 'Unigram';
  if (model.merges !== undefined) return 'BPE';
  return model.continuing_subword_prefix === undefined ? 'WordLevel' : 'WordPiece';
}

/** How the entry of a byte is written: `<0xE4>`. */
export function byteEntry(byte: number): string {
  return `<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`;
}

function bytePiecesOf(vocabulary: ReadonlyMap<string, number>): number[] | undefined {
  const ids: number[] = [];
  for (let byte = 0; byte < 256; byte++) {
    const id = vocabulary.get(byteEntry(byte));
    if (id === undefined) return undefined;
    ids.push(id);
  }
  return ids;
}

function longestWordOf(value: unknown, file: string): number {
  const longest = value ?? 100;
  if (typeof longest !== 'number' || !(longest >= 0 && longest <= longestWordLimit)) {
    throw new PellucidError(
      'bad-checkpoint',
      `"max_input_chars_per_word" in ${file} is not a number from 0 to ${longestWordLimit}`,
    );
  }
  return longest;
}

/** Published models have 100; cutting a word takes time in proportion to the cube of its length. */
const longestWordLimit = 500;

function optionalText(value: unknown, file: string, name: string): string | undefined {
  if (value === null || value === undefined) return undefined;
  if (typeof value !== 'string')
    throw new PellucidError('bad-checkpoint', `"${name}" in ${file} is not a text`);
  return value;
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
