/** One position of a model's input: what labels the position axes of every tensor. */
export interface Token {
  readonly id: number;
  /** The vocabulary's own string, verbatim: `Ġworld`, `##ing`, `▁the`, `<0xE4>`. */
  readonly piece: string;
  /**
   * What a person reads: ` world`, `ing`, ` the`. A token that holds only part of a character (byte-level or
   * byte-fallback vocabularies) shows the whole character it is part of. Never empty.
   */
  readonly text: string;
  /**
   * The characters this token stands for: [start, end) in UTF-16 units of the user's string (of the second
   * string where `segment` is 1). null for special tokens the user did not write, and where the alignment is unknown.
   */
  readonly offsets: readonly [start: number, end: number] | null;
  /** Which text the token belongs to: 1 for the second of a pair, else 0. */
  readonly segment: 0 | 1;
  /** Whether it was added by the tokenizer's template (`[CLS]`, `[SEP]`) or is declared special (`[MASK]`). */
  readonly special: boolean;
}
