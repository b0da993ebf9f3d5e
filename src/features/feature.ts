/** A part of the input that gets one score: a token, a word, a sentence, a slot. */
export interface Feature {
  /** What a person reads. */
  readonly label: string;
  /** The positions of its tokens, ascending; of an encoder-decoder the encoder's tokens are counted first, then the decoder's. */
  readonly positions: readonly number[];
  /** Its characters, [start, end) in UTF-16 units of the text of `segment`, or of the target text; null where the input has no text. */
  readonly span: readonly [start: number, end: number] | null;
  /** Which text it belongs to: 1 for the second of a pair. */
  readonly segment: 0 | 1;
  /** Of an encoder-decoder: which of its two sequences it belongs to. */
  readonly stack?: 'encoder' | 'decoder';
}

/** A named or unnamed stretch of the first text (or the second, where `segment` is 1). */
export interface Slot {
  readonly start: number;
  readonly end: number;
  /** What the feature is called; its text by default. */
  readonly label?: string;
  readonly segment?: 0 | 1;
}

/** How tokens are joined into features. */
export type FeatureChoice = (typeof granularities)[number] | RegExp | readonly Slot[];

export const granularities = ['tokens', 'words', 'sentences', 'paragraphs'] as const;
