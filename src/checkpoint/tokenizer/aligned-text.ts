/**
 * A text on its way from what the user wrote to what the vocabulary knows. Every UTF-16 unit of `text` remembers which
 * units [start, end) of the user's string it stands for, so that whatever normalisation does, a token's offsets are
 * read off and never guessed.
 */
export class AlignedText {
  readonly text: string;
  /** Spans of a text that this one may be a slice of, from `#first` on: slices are many and share them. */
  readonly #spans: Spans;
  readonly #first: number;

  private constructor(text: string, spans: Spans, first: number) {
    this.text = text;
    this.#spans = spans;
    this.#first = first;
  }

  /** The user's own string: every character stands for itself, both halves of a surrogate pair for the whole. */
  static of(text: string): AlignedText {
    const spans = new Spans(text.length);
    for (let i = 0; i < text.length; ) {
      const length = characterLength(text, i);
      spans.add(length, i, i + length);
      i += length;
    }
    return new AlignedText(text, spans, 0);
  }

  get length(): number {
    return this.text.length;
  }

  /** Where the first unit of the user's string that this text stands for is; 0 for an empty text. */
  get start(): number {
    return this.length === 0 ? 0 : this.#spans.start(this.#first);
  }

  /** The span [start, end) of the user's string that the units [from, to) stand for. `from` < `to`. */
  span(from: number, to: number): readonly [start: number, end: number] {
    return [this.#spans.start(this.#first + from), this.#spans.end(this.#first + to - 1)];
  }

  slice(from: number, to: number = this.length): AlignedText {
    return new AlignedText(this.text.slice(from, to), this.#spans, this.#first + from);
  }

  /**
   * Replaces pieces of the text. What a replacement puts in stands for all that it replaced; a replacement of nothing
   * (an insertion) stands for the empty span before the character that follows it.
   * @param edits in order, not overlapping
   */
  replaced(edits: Iterable<Edit>): AlignedText {
    const parts: string[] = [];
    const spans = new Spans(this.length);
    let done = 0;
    for (const { from, to, by } of edits) {
      parts.push(this.text.slice(done, from), by);
      spans.copy(this.#spans, this.#first + done, this.#first + from);
      const [start, end] = from < to ? this.span(from, to) : this.#emptySpanAt(from);
      spans.add(by.length, start, end);
      done = to;
    }
    if (parts.length === 0) return this;
    parts.push(this.text.slice(done));
    spans.copy(this.#spans, this.#first + done, this.#first + this.length);
    return new AlignedText(parts.join(''), spans, 0);
  }

  /** Replaces character by character (code point by code point): each result stands for its character. */
  mapped(replacement: (character: string) => string): AlignedText {
    const { text } = this;
    const spans = new Spans(this.length);
    let mapped = '';
    for (let i = 0; i < text.length; ) {
      const length = characterLength(text, i);
      const by = replacement(text.slice(i, i + length));
      mapped += by;
      const unit = this.#first + i;
      spans.add(by.length, this.#spans.start(unit), this.#spans.end(unit + length - 1));
      i += length;
    }
    return mapped === text ? this : new AlignedText(mapped, spans, 0);
  }

  /** Puts a text that the user did not write in front. */
  prepended(prefix: string): AlignedText {
    return this.replaced([{ from: 0, to: 0, by: prefix }]);
  }

  #emptySpanAt(index: number): readonly [number, number] {
    if (this.length === 0) return [0, 0];
    const at = index < this.length ? this.span(index, index + 1)[0] : this.span(index - 1, index)[1];
    return [at, at];
  }
}

/** The units [from, to) of a text, and what takes their place. */
export interface Edit {
  readonly from: number;
  readonly to: number;
  readonly by: string;
}

/** UTF-16 units of the character at `index`: 2 for a surrogate pair, else 1 (also for a lone surrogate). */
export function characterLength(text: string, index: number): 1 | 2 {
  return text.codePointAt(index)! > 0xffff ? 2 : 1;
}

/** A span of the user's string for every unit of a text, growing as they are added. */
class Spans {
  #starts: Int32Array;
  #ends: Int32Array;
  #length = 0;

  constructor(capacity: number) {
    this.#starts = new Int32Array(capacity);
    this.#ends = new Int32Array(capacity);
  }

  start(unit: number): number {
    return this.#starts[unit]!;
  }

  end(unit: number): number {
    return this.#ends[unit]!;
  }

  /** Adds the same span for each of `count` units. */
  add(count: number, start: number, end: number): void {
    const at = this.#reserve(count);
    for (let unit = at; unit < at + count; unit++) {
      this.#starts[unit] = start;
      this.#ends[unit] = end;
    }
  }

  /** Adds the spans of the units [from, to) of another text. */
  copy(other: Spans, from: number, to: number): void {
    const at = this.#reserve(to - from);
    this.#starts.set(other.#starts.subarray(from, to), at);
    this.#ends.set(other.#ends.subarray(from, to), at);
  }

  /** Makes room for `count` units and gives the place of the first. */
  #reserve(count: number): number {
    const at = this.#length;
    this.#length += count;
    if (this.#length > this.#starts.length) {
      const capacity = Math.max(this.#length, 2 * this.#starts.length);
      this.#starts = grown(this.#starts, capacity);
      this.#ends = grown(this.#ends, capacity);
    }
    return at;
  }
}

function grown(values: Int32Array, capacity: number): Int32Array {
  const larger = new Int32Array(capacity);
  larger.set(values);
  return larger;
}
