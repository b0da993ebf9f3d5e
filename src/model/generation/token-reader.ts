import type { Tokenizer } from '../../checkpoint/index.js';
import { PellucidError } from '../../errors.js';
import type { Token } from '../../tensor/index.js';

/** Reads ids that a model puts out, among them those that only fill up its vocabulary and have no entry in the tokenizer's. */
export class TokenReader {
  readonly #tokenizer: Tokenizer;

  constructor(tokenizer: Tokenizer) {
    this.#tokenizer = tokenizer;
  }

  /** Tokens for ids; one without an entry shows as `#17`. */
  tokens(ids: readonly number[]): Token[] {
    const named = this.#tokenizer.fromIds(ids.filter((id) => this.#knows(id))).values();
    return ids.map((id) => {
      if (this.#knows(id)) return named.next().value!;
      const text = `#${id}`;
      return { id, piece: text, text, offsets: null, segment: 0, special: true };
    });
  }

  /** The text of ids; one without an entry has none. */
  decode(ids: readonly number[]): string {
    return this.#tokenizer.decode(ids.filter((id) => this.#knows(id)));
  }

  #knows(id: number): boolean {
    try {
      this.#tokenizer.readable(id);
      return true;
    } catch (error) {
      if (error instanceof PellucidError) return false;
      throw error;
    }
  }
}
