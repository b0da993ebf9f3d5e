import type { AlignedText } from './aligned-text.js';

/** A piece that is found in the text itself, before the vocabulary's own cutting: `[MASK]`, `<|endoftext|>`. */
export interface AddedToken {
  readonly id: number;
  readonly content: string;
  /** Declared special: no part of a language, skipped when decoding for people. */
  readonly special: boolean;
  /** Found only where no letter, digit or mark touches it. */
  readonly singleWord: boolean;
  /** Takes the white space before it along. */
  readonly leftStrip: boolean;
  /** Takes the white space after it along. */
  readonly rightStrip: boolean;
  /** Looked for in the normalised text (and written normalised) instead of the user's. */
  readonly normalized: boolean;
}

/** A stretch of text: an added token, or text that is still to be cut. */
export interface Section {
  readonly text: AlignedText;
  readonly token?: AddedToken;
}

interface TrieNode {
  readonly next: Map<string, TrieNode>;
  token?: AddedToken;
}

/** Finds added tokens in a text in one pass: leftmost first, the longest where several begin. */
export class AddedTokenFinder {
  readonly #root: TrieNode = { next: new Map() };

  /** @param tokens what to find, with the string to find it by */
  constructor(tokens: Iterable<readonly [content: string, token: AddedToken]>) {
    for (const [content, token] of tokens) {
      if (content === '') continue;
      let node = this.#root;
      for (let i = 0; i < content.length; i++) {
        const unit = content[i]!;
        let next = node.next.get(unit);
        if (!next) {
          next = { next: new Map() };
          node.next.set(unit, next);
        }
        node = next;
      }
      node.token ??= token;
    }
  }

  /** Cuts a text into added tokens and what lies between them; no section is empty. */
  sections(text: AlignedText): Section[] {
    const found: Section[] = [];
    let done = 0;
    for (const { token, from, to } of this.#matches(text.text)) {
      if (from < done || (token.singleWord && touchesWord(text.text, from, to))) continue;
      const start = token.leftStrip ? Math.max(done, spaceBefore(text.text, from)) : from;
      const end = token.rightStrip ? spaceAfter(text.text, to) : to;
      if (start > done) found.push({ text: text.slice(done, start) });
      found.push({ text: text.slice(start, end), token });
      done = end;
    }
    if (done < text.length) found.push({ text: text.slice(done) });
    return found;
  }

  *#matches(text: string): Iterable<{ token: AddedToken; from: number; to: number }> {
    if (this.#root.next.size === 0) return;
    for (let from = 0; from < text.length; ) {
      let node = this.#root.next.get(text[from]!);
      let longest: { token: AddedToken; from: number; to: number } | undefined;
      for (let to = from + 1; node; node = node.next.get(text[to++] ?? '')) {
        if (node.token) longest = { token: node.token, from, to };
      }
      if (longest) yield longest;
      from = longest?.to ?? from + 1;
    }
  }
}

const wordAtStart = /^[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{Join_Control}]/u;
const wordAtEnd = /[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{Join_Control}]$/u;

function touchesWord(text: string, from: number, to: number): boolean {
  return wordAtEnd.test(text.slice(Math.max(0, from - 2), from)) || wordAtStart.test(text.slice(to, to + 2));
}

function spaceBefore(text: string, index: number): number {
  let start = index;
  while (start > 0 && /\p{White_Space}/u.test(text[start - 1]!)) start--;
  return start;
}

function spaceAfter(text: string, index: number): number {
  let end = index;
  while (end < text.length && /\p{White_Space}/u.test(text[end]!)) end++;
  return end;
}
