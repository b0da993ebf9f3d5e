import { type AddedToken, AddedTokenFinder } from './added-tokens.js';
import { AlignedText } from './aligned-text.js';
import { longestPieceOf } from './longest-piece.js';
import { makeNormalizer } from './normalizers.js';
import { makePreTokenizer } from './pre-tokenizers.js';
import type { TokenizerDescription } from './tokenizer-description.js';
import { makeVocabularyModel } from './vocabulary-model.js';

/** A token of a text, before anything is put around it. */
export interface EncodedPiece {
  readonly id: number;
  /** [start, end) in UTF-16 units of the text. */
  readonly offsets: readonly [start: number, end: number];
}

/** The way from a text to tokens. */
export interface Encoder {
  /** See `Tokenizer.longestPiece`. */
  readonly longestPiece: number;
  encode(text: string): EncodedPiece[];
  /** How an added token is written in the text in which it is looked for. */
  written(token: AddedToken): string;
}

/**
 * The way from a text to tokens: added tokens, normalisation, words, vocabulary entries.
 * @throws PellucidError `unsupported` or `bad-checkpoint`
 */
export function makeEncoder(description: TokenizerDescription): Encoder {
  const normalize = makeNormalizer(description.normalizer);
  const preTokenize = makePreTokenizer(description.preTokenizer);
  const cut = makeVocabularyModel(description.model);
  const verbatim = description.addedTokens.filter((token) => !token.normalized);
  const normalized = description.addedTokens.filter((token) => token.normalized);
  const inText = new AddedTokenFinder(verbatim.map((token) => [token.content, token]));
  const written = (token: AddedToken): string =>
    token.normalized ? normalize(AlignedText.of(token.content)).text : token.content;
  const inNormalizedText = new AddedTokenFinder(normalized.map((token) => [written(token), token]));
  let longestPiece: number | undefined;
  return {
    get longestPiece() {
      // Only a long text asks for it, and to find it takes a while.
      longestPiece ??= longestPieceOf(description, (token) => written(token).length);
      return longestPiece;
    },
    encode,
    written,
  };

  function encode(text: string): EncodedPiece[] {
    const pieces: EncodedPiece[] = [];
    // A lone surrogate has no UTF-8 form; it is read as the replacement character, as encoders everywhere do.
    const aligned = AlignedText.of(text.replace(/\p{Cs}/gu, '\ufffd'));
    for (const section of inText.sections(aligned)) {
      const text = section.token ? section.text : withoutLeading(section.text);
      const found = section.token ? [section] : inNormalizedText.sections(normalize(text));
      for (const { text: part, token } of found) {
        if (token) pieces.push({ id: token.id, offsets: part.span(0, part.length) });
        else for (const word of preTokenize(part)) cutWord(word);
      }
    }
    return pieces;

    /** Takes what may begin a text off, as a piece of its own. */
    function withoutLeading(part: AlignedText): AlignedText {
      const { leading, model } = description;
      if (!leading || model.type !== 'SentencePiece') return part;
      leading.lastIndex = 0;
      const length = leading.exec(part.text)?.[0].length ?? 0;
      if (length === 0) return part;
      const id = model.vocabulary.get(part.text.slice(0, length)) ?? model.unknownId;
      pieces.push({ id, offsets: part.span(0, length) });
      return part.slice(length);
    }

    function cutWord(word: AlignedText): void {
      for (const { id, from, to } of cut(word.text)) pieces.push({ id, offsets: word.span(from, to) });
    }
  }
}
