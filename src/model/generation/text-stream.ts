/** Stands for what is no character, or not yet a whole one. */
const replacement = '\ufffd';

/**
 * Reads tokens as text while they come, in pieces that never cut a character: a token that begins one which later
 * tokens end gives nothing until it is whole. Only the last tokens are decoded each time, with what came before them as
 * context, so that a space that a decoder takes off the start of a text stays where it is no start.
 */
export class TextStream {
  readonly #decode: (ids: readonly number[]) => string;
  /** What was read last, then what has not given its text yet. */
  #window: number[];
  /** How many tokens of the window have given their text. */
  #read: number;

  /** @param before the last tokens of the text that is continued */
  constructor(decode: (ids: readonly number[]) => string, before: readonly number[]) {
    this.#decode = decode;
    this.#window = [...before];
    this.#read = before.length;
  }

  /** The text that has become certain with this token. */
  push(id: number): string {
    this.#window.push(id);
    const text = this.#decode(this.#window);
    return text.endsWith(replacement) ? '' : this.#take(text);
  }

  /** What is left at the end, where no further token can make it whole. */
  flush(): string {
    return this.#take(this.#decode(this.#window));
  }

  #take(text: string): string {
    const known = this.#decode(this.#window.slice(0, this.#read));
    // A character that the text before had begun is shown by the token that ends it.
    const start = text.startsWith(known) ? known : known.replace(/\ufffd+$/, '');
    this.#window = this.#window.slice(this.#read);
    this.#read = this.#window.length;
    return text.slice(start.length);
  }
}
