import { PellucidError } from '../../errors.js';
import { type AlignedText, characterLength, type Edit } from './aligned-text.js';
import { type Component, wrong } from './component.js';
import { graphemeClusters } from './grapheme-clusters.js';

/**
 * SentencePiece's compiled normaliser (`precompiled_charsmap`): a double-array trie of UTF-8 sequences, each with the
 * place of the text that replaces it. Results are those of `Precompiled` in the Rust library `tokenizers` 0.23
 * (normalizers/precompiled.rs, and the crate spm_precompiled), whose search ends at the *shortest* sequence that fits.
 * @throws PellucidError `bad-checkpoint` when the map is malformed
 */
export function precompiledNormalizer(component: Component): (text: AlignedText) => AlignedText {
  const map = new CharactersMap(bytesOf(component), (found) =>
    wrong(component, 'precompiled_charsmap', found),
  );
  return (text) => text.replaced(withoutRemovedStart(editsOf(text.text, map), text.text));
}

/**
 * What a text begins with and loses is taken together with the character after it, so that the text still begins where
 * it did: the Rust library, too, takes the result for the beginning of the text.
 */
function* withoutRemovedStart(edits: Iterable<Edit>, text: string): Iterable<Edit> {
  let removed = 0;
  let begins = true;
  for (const edit of edits) {
    if (begins && edit.from === removed && edit.by === '') {
      removed = edit.to;
      continue;
    }
    const joins = begins && edit.from === removed;
    if (begins && !joins) yield* keptAfterRemoved(text, removed);
    yield joins ? { ...edit, from: 0 } : edit;
    begins = false;
  }
  if (begins) yield* keptAfterRemoved(text, removed);
}

function* keptAfterRemoved(text: string, removed: number): Iterable<Edit> {
  if (removed === 0) return;
  const to = removed < text.length ? removed + characterLength(text, removed) : removed;
  yield { from: 0, to, by: text.slice(removed, to) };
}

/** In bytes: a longer cluster is replaced character by character. */
const longestCluster = 5;

function* editsOf(text: string, map: CharactersMap): Iterable<Edit> {
  for (const [from, to] of graphemeClusters(text)) {
    const cluster = text.slice(from, to);
    const whole = byteLength(cluster) <= longestCluster ? map.replacement(cluster) : undefined;
    if (whole !== undefined) {
      yield* pairedEdits(cluster, whole, from);
      continue;
    }
    for (let at = from; at < to; ) {
      const next = at + characterLength(text, at);
      const by = map.replacement(text.slice(at, next));
      if (by !== undefined) yield { from: at, to: next, by };
      at = next;
    }
  }
}

/** Characters stand for each other in their order, and the last one for all that is left on the other side. */
function* pairedEdits(cluster: string, by: string, at: number): Iterable<Edit> {
  const [before, after] = [[...cluster], [...by]];
  const paired = Math.max(0, Math.min(before.length, after.length) - 1);
  let from = at;
  for (let i = 0; i < paired; i++) {
    const to = from + before[i]!.length;
    if (before[i] !== after[i]) yield { from, to, by: after[i]! };
    from = to;
  }
  yield { from, to: at + cluster.length, by: after.slice(paired).join('') };
}

const encoder = new TextEncoder();

function byteLength(text: string): number {
  return text.length > longestCluster ? text.length : encoder.encode(text).length;
}

/** Published maps have some 240 kB, and their longest replacement 18 characters. */
const largestMap = 4_000_000;
const longestReplacement = 300;

/** A compiled map: UTF-8 sequences, and what takes the place of each. */
export class CharactersMap {
  /** Each unit: a byte (bits 0 to 7), whether a sequence ends here (8), and how far the next units are (9 to 31). */
  readonly #units: Uint32Array;
  /** The replacements in UTF-8, each ended by a zero byte. */
  readonly #replacements: Uint8Array;
  readonly #known = new Map<number, string>();

  /**
   * @param bytes the trie's size in bytes, the trie, the replacements
   * @param refusal of other bytes, from what they should be
   */
  constructor(bytes: Uint8Array, refusal: (expected: string) => PellucidError) {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    const size = bytes.length < 4 ? -1 : view.getUint32(0, true);
    if (size < 4 || size > bytes.length - 4) {
      throw refusal(`a trie and its texts, not ${bytes.length} bytes of which the trie has ${size}`);
    }
    this.#units = new Uint32Array(Math.floor(size / 4));
    for (let i = 0; i < this.#units.length; i++) this.#units[i] = view.getUint32(4 + 4 * i, true);
    this.#replacements = bytes.subarray(4 + 4 * this.#units.length);
  }

  /**
   * What takes the place of a text because of the shortest beginning of it that the map has; undefined for none.
   * @throws PellucidError `bad-checkpoint` when the map points beside its texts
   */
  replacement(text: string): string | undefined {
    const place = this.#placeOf(encoder.encode(text));
    return place === undefined ? undefined : this.#knownText(place);
  }

  /**
   * What takes the place of the longest sequence that stands in a text from `at` on, and where that ends; undefined for
   * none.
   * @throws PellucidError `bad-checkpoint` when the map points beside its texts
   */
  longest(text: string, at: number): { readonly to: number; readonly by: string } | undefined {
    const units = this.#units;
    let node = stepOf(units[0]!);
    let found: { to: number; place: number } | undefined;
    for (let to = at; to < text.length; ) {
      const next = to + characterLength(text, to);
      let ends = false;
      for (const byte of encoder.encode(text.slice(to, next))) {
        node ^= byte;
        const unit = units[node];
        if (byte === 0 || unit === undefined || (unit & 0x800000ff) !== byte) return this.#ended(found);
        node ^= stepOf(unit);
        ends = (unit & 0x100) !== 0;
      }
      to = next;
      if (ends) found = { to, place: (units[node] ?? 0x7fffffff) & 0x7fffffff };
    }
    return this.#ended(found);
  }

  #ended(found: { to: number; place: number } | undefined) {
    return found && { to: found.to, by: this.#knownText(found.place) };
  }

  #knownText(place: number): string {
    let found = this.#known.get(place);
    if (found === undefined) {
      found = this.#textAt(place);
      this.#known.set(place, found);
    }
    return found;
  }

  #placeOf(bytes: Uint8Array): number | undefined {
    const units = this.#units;
    let node = stepOf(units[0]!);
    for (const byte of bytes) {
      if (byte === 0) return undefined;
      node ^= byte;
      const unit = units[node];
      // A unit that stands for a place has its highest bit set, and so no byte.
      if (unit === undefined || (unit & 0x800000ff) !== byte) return undefined;
      node ^= stepOf(unit);
      if ((unit & 0x100) !== 0) return (units[node] ?? 0x7fffffff) & 0x7fffffff;
    }
    return undefined;
  }

  #textAt(place: number): string {
    const end = this.#replacements.indexOf(0, place);
    const bytes = this.#replacements.subarray(place, end < 0 ? undefined : end);
    if (place <= this.#replacements.length && bytes.length <= longestReplacement) {
      try {
        return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
      } catch {
        // Said below.
      }
    }
    throw new PellucidError(
      'bad-checkpoint',
      `the precompiled_charsmap in tokenizer.json has no text of at most ${longestReplacement} bytes in UTF-8 at ${place}, where its trie points`,
    );
  }
}

/** How far from a unit those of the next byte are. */
function stepOf(unit: number): number {
  return (unit >>> 10) << ((unit & 0x200) >>> 6);
}

function bytesOf(component: Component): Uint8Array<ArrayBuffer> {
  const { precompiled_charsmap: written } = component;
  if (typeof written !== 'string') throw wrong(component, 'precompiled_charsmap', 'a text in Base64');
  if (written.length > (largestMap * 4) / 3) {
    throw wrong(component, 'precompiled_charsmap', `at most ${largestMap} bytes in Base64`);
  }
  let binary: string;
  try {
    binary = atob(written);
  } catch {
    throw wrong(component, 'precompiled_charsmap', 'a text in Base64');
  }
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}
