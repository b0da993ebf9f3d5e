import { PellucidError } from '../../errors.js';

/**
 * Finds the first of several strings in a text that comes in pieces, wherever the pieces are cut. What may be the
 * beginning of one is held back until it is clear.
 */
export class StopStrings {
  readonly #strings: readonly string[];
  #held = '';

  /** @throws PellucidError `bad-input` for an empty string. */
  constructor(strings: readonly string[]) {
    if (strings.includes('')) throw new PellucidError('bad-input', 'A stop string must not be empty.');
    this.#strings = strings;
  }

  /** What is certain to stand before any of the strings, and whether one was found; the text ends before it. */
  push(piece: string): { readonly text: string; readonly found: boolean } {
    const text = this.#held + piece;
    const places = this.#strings.map((string) => text.indexOf(string)).filter((place) => place >= 0);
    if (places.length > 0) {
      this.#held = '';
      return { text: text.slice(0, Math.min(...places)), found: true };
    }
    const longest = Math.max(0, ...this.#strings.map((string) => string.length - 1));
    let held = Math.min(longest, text.length);
    while (held > 0 && !this.#strings.some((string) => string.startsWith(text.slice(-held)))) held -= 1;
    this.#held = text.slice(text.length - held);
    return { text: text.slice(0, text.length - held), found: false };
  }

  /** What was held back, where nothing follows. */
  flush(): string {
    const held = this.#held;
    this.#held = '';
    return held;
  }
}
