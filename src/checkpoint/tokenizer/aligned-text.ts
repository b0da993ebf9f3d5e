/**
 * A text on its way from what the user wrote to what the vocabulary knows. Every UTF-16 unit of `text` remembers which
 * units [start, end) of the user's string it stands for, so that whatever normalisation does, a token's offsets are
 * read off and never guessed.
 */
export class AlignedText {
  readonly text: string;
  readonly #starts: Int32Array;
  readonly #ends: Int32Array;

  private constructor(text: string, starts: Int32Array, ends: Int32Array) {
    this.text = text;
    this.#starts = starts;
    this.#ends = ends;
  }

  /** The user's own string: every character stands for itself, both halves of a surrogate pair for the whole. */
  static of(text: string): AlignedText {
    const starts = new Int32Array(text.length);
    const ends = new Int32Array(text.length);
    for (let i = 0; i < text.length; ) {
      const length = characterLength(text, i);
      starts.fill(i, i, i + length);
      ends.fill(i + length, i, i + length);
      i += length;
    }
    return new AlignedText(text, starts, ends);
  }

  get length(): number {
    return this.text.length;
  }

  /** Where the first unit of the user's string that this text stands for is; 0 for an empty text. */
  get start(): number {
    return this.#starts[0] ?? 0;
  }

  /** The span [start, end) of the user's string that the units [from, to) stand for. `from` < `to`. */
  span(from: number, to: number): readonly [start: number, end: number] {
    return [this.#starts[from]!, this.#ends[to - 1]!];
  }

  slice(from: number, to: number = this.length): AlignedText {
    return new AlignedText(
      this.text.slice(from, to),
      this.#starts.subarray(from, to),
      this.#ends.subarray(from, to),
    );
  }

  /**
   * Replaces pieces of the text. What a replacement puts in stands for all that it replaced; a replacement of nothing
   * (an insertion) stands for the empty span before the character that follows it.
   * @param edits in order, not overlapping; a replacement equal to what it replaces changes nothing
   */
  replaced(edits: Iterable<Edit>): AlignedText {
    const parts: string[] = [];
    const spans = new SpanWriter(this.length);
    let done = 0;
    const keep = (to: number): void => {
      if (to === done) return;
      parts.push(this.text.slice(done, to));
      spans.copy(this.#starts.subarray(done, to), this.#ends.subarray(done, to));
    };
    for (const { from, to, by } of edits) {
      if (this.text.slice(from, to) === by) continue;
      keep(from);
      parts.push(by);
      const [start, end] = from < to ? this.span(from, to) : this.#emptySpanAt(from);
      spans.fill(by.length, start, end);
      done = to;
    }
    if (done === 0 && parts.length === 0) return this;
    keep(this.length);
    return new AlignedText(parts.join(''), spans.starts, spans.ends);
  }

  /** Replaces character by character (code point by code point): each result stands for its character. */
  mapped(replacement: (character: string) => string): AlignedText {
    return this.replaced(characterEdits(this.text, replacement));
  }

  /** Puts a text that the user did not write in front. */
  prepended(prefix: string): AlignedText {
    return this.replaced([{ from: 0, to: 0, by: prefix }]);
  }

  #emptySpanAt(index: number): readonly [number, number] {
    const at = index < this.length ? this.#starts[index]! : (this.#ends[this.length - 1] ?? 0);
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

function* characterEdits(text: string, replacement: (character: string) => string): Iterable<Edit> {
  for (let from = 0; from < text.length; ) {
    const to = from + characterLength(text, from);
    yield { from, to, by: replacement(text.slice(from, to)) };
    from = to;
  }
}

/** Grows as spans are written. */
class SpanWriter {
  #starts: Int32Array;
  #ends: Int32Array;
  #length = 0;

  constructor(capacity: number) {
    this.#starts = new Int32Array(capacity + 16);
    this.#ends = new Int32Array(capacity + 16);
  }

  get starts(): Int32Array {
    return this.#starts.subarray(0, this.#length);
  }

  get ends(): Int32Array {
    return this.#ends.subarray(0, this.#length);
  }

  copy(starts: Int32Array, ends: Int32Array): void {
    const at = this.#reserve(starts.length);
    this.#starts.set(starts, at);
    this.#ends.set(ends, at);
  }

  fill(count: number, start: number, end: number): void {
    const at = this.#reserve(count);
    this.#starts.fill(start, at, at + count);
    this.#ends.fill(end, at, at + count);
  }

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
