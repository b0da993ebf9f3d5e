import { PellucidError } from '../../errors.js';
import { characterLength } from './aligned-text.js';
import { BPE, Unigram, WordPiece } from './library.js';
import { byteEntry, type ModelDescription } from './model-description.js';
import { sentencePieceCut } from './sentencepiece-cut.js';

/** A vocabulary entry and the UTF-16 units [from, to) of a word that it takes. */
export interface Piece {
  readonly id: number;
  readonly from: number;
  readonly to: number;
}

/** Cuts one word (or, without pre-tokenizer, a whole text) into vocabulary entries. */
export type VocabularyModel = (word: string) => Piece[];

/**
 * The cutting that a `tokenizer.json` describes under `model`; the search for the best cut is the tokenizers library's.
 * @throws PellucidError `unsupported` for settings that it would get wrong
 */
export function makeVocabularyModel(model: ModelDescription): VocabularyModel {
  switch (model.type) {
    case 'WordPiece':
      return wordPiece(model);
    case 'BPE':
      return bytePair(model);
    case 'Unigram':
      return unigram(model);
    case 'WordLevel':
      return wordLevel(model);
    case 'SentencePiece':
      return sentencePiece(model);
  }
}

function wordLevel({ vocabulary, unknownId }: ModelDescription & { type: 'WordLevel' }): VocabularyModel {
  if (unknownId === undefined) {
    throw new PellucidError(
      'bad-checkpoint',
      'the WordLevel vocabulary in tokenizer.json has no entry that stands for unknown words ("unk_token")',
    );
  }
  return (word) => [{ id: vocabulary.get(word) ?? unknownId, from: 0, to: word.length }];
}

function wordPiece(model: ModelDescription & { type: 'WordPiece' }): VocabularyModel {
  const { vocabulary, unknownPiece, continuationPrefix } = model;
  const unknown = vocabulary.get(unknownPiece);
  if (unknown === undefined) {
    throw new PellucidError(
      'bad-checkpoint',
      `the vocabulary has no "${unknownPiece}", which stands for unknown words`,
    );
  }
  const library = new WordPiece({
    type: 'WordPiece',
    vocab: Object.fromEntries(vocabulary),
    unk_token: unknownPiece,
    continuing_subword_prefix: continuationPrefix,
    max_input_chars_per_word: model.longestWord,
  });
  return (word) => {
    const found = library.encode([word]);
    if (found.length === 1 && found[0] === unknownPiece) return [{ id: unknown, from: 0, to: word.length }];
    let from = 0;
    return found.map((piece) => {
      const to = from + piece.length - (from > 0 ? continuationPrefix.length : 0);
      const cut = { id: vocabulary.get(piece)!, from, to };
      from = to;
      return cut;
    });
  };
}

function bytePair(model: ModelDescription & { type: 'BPE' }): VocabularyModel {
  const { vocabulary, endOfWordSuffix } = model;
  const library = new BPE({
    type: 'BPE',
    // Its search knows only the merges, and to copy a vocabulary takes as long as to read it.
    vocab: {},
    merges: model.merges,
    end_of_word_suffix: endOfWordSuffix,
  });
  return (word) => {
    const whole = model.ignoresMerges ? vocabulary.get(word) : undefined;
    if (whole !== undefined) return [{ id: whole, from: 0, to: word.length }];
    return lookedUp(library.bpe(word), word.length, model);
  };
}

function unigram(model: ModelDescription & { type: 'Unigram' }): VocabularyModel {
  const library = new Unigram({ type: 'Unigram', vocab: model.scores, unk_id: model.unknownId ?? 0 }, '');
  return (word) => lookedUp(library.tokenize(word), word.length, model);
}

/** Each stretch has the id of the entry that is written like it, known or not, and else the unknown one. */
function sentencePiece(model: ModelDescription & { type: 'SentencePiece' }): VocabularyModel {
  const { vocabulary, unknownId, pieces } = model;
  const cut = sentencePieceCut(pieces);
  return (word) => {
    let from = 0;
    return cut(word).flatMap(({ text, known }) => {
      const start = from;
      from += text.length;
      if (!known && pieces.byteFallback) {
        const ids = Array.from({ length: 256 }, (_, byte) => vocabulary.get(byteEntry(byte)) ?? unknownId);
        return bytePieces(text, start, ids);
      }
      return [{ id: vocabulary.get(text) ?? unknownId, from: start, to: from }];
    });
  };
}

/**
 * Gives the strings into which a word was cut their ids. A string that is no entry becomes its bytes where the
 * vocabulary has them, else the unknown entry (one for a run of them where the model fuses), else nothing.
 */
function lookedUp(
  strings: readonly string[],
  wordLength: number,
  model: ModelDescription & { type: 'BPE' | 'Unigram' },
): Piece[] {
  const pieces: Piece[] = [];
  let from = 0;
  let afterUnknown = false;
  for (const string of strings) {
    // The last string of a word may carry a suffix that is not in the word.
    const to = Math.min(from + string.length, wordLength);
    const id = model.vocabulary.get(string);
    const bytes =
      id === undefined && model.bytePieces ? bytePieces(string, from, model.bytePieces) : undefined;
    if (id !== undefined && id !== model.unknownId) pieces.push({ id, from, to });
    else if (bytes) pieces.push(...bytes);
    else if (model.unknownId !== undefined) {
      const previous = afterUnknown && model.fusesUnknown ? pieces.pop() : undefined;
      pieces.push({ id: model.unknownId, from: previous?.from ?? from, to });
    }
    afterUnknown = (id === undefined && !bytes) || id === model.unknownId;
    from = to;
  }
  return pieces;
}

const encoder = new TextEncoder();

/** One piece per UTF-8 byte, each standing for the whole character that the byte is part of. */
function bytePieces(string: string, start: number, ids: readonly number[]): Piece[] {
  const pieces: Piece[] = [];
  for (let at = 0; at < string.length; ) {
    const next = at + characterLength(string, at);
    for (const byte of encoder.encode(string.slice(at, next))) {
      pieces.push({ id: ids[byte]!, from: start + at, to: start + next });
    }
    at = next;
  }
  return pieces;
}
