import { BPE, SplitPreTokenizer, Unigram, WordPiece } from '@huggingface/tokenizers';

/**
 * What is used of the tokenizers library: its search for the best cut and its translation of regular
 * expressions. Its own type declarations import without file endings, which TypeScript cannot follow in an ES module.
 */
declare module '@huggingface/tokenizers' {
  export class BPE {
    constructor(config: {
      type: 'BPE';
      vocab: Readonly<Record<string, number>>;
      merges: readonly (readonly [string, string])[];
      end_of_word_suffix?: string | undefined;
    });
    /** The strings into which a word is cut, whether or not they are entries. */
    bpe(word: string): string[];
  }
  export class Unigram {
    constructor(
      config: { type: 'Unigram'; vocab: readonly (readonly [string, number])[]; unk_id: number },
      endOfSequence: string,
    );
    /** The strings into which a word is cut; characters that are no entry stand alone. */
    tokenize(word: string): string[];
  }
  export class WordPiece {
    constructor(config: {
      type: 'WordPiece';
      vocab: Readonly<Record<string, number>>;
      unk_token: string;
      continuing_subword_prefix: string;
      max_input_chars_per_word: number;
    });
    /** The entries into which words are cut; the unknown entry for a word that cannot be. */
    encode(words: readonly string[]): string[];
  }
  export class SplitPreTokenizer {
    constructor(config: { type: 'Split'; pattern: { Regex: string }; behavior: 'Isolated' });
    /** The regular expression in JavaScript's syntax. */
    readonly pattern: RegExp | null;
  }
}

export { BPE, SplitPreTokenizer, Unigram, WordPiece };
