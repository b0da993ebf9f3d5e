import { byteOfCharacter } from './byte-alphabet.js';
import { includesType } from './component.js';
import type { TokenizerDescription } from './tokenizer-description.js';

/** How a vocabulary writes its entries, so that they can be read back. */
export interface Spelling {
  /** Every entry is written in the byte alphabet: `Ġworld`. */
  readonly byteLevel: boolean;
  /** `<0xE4>` stands for a byte. */
  readonly byteFallback: boolean;
  /** Starts an entry that continues a word: `##`; '' for none. */
  readonly continuationPrefix: string;
  /** Ends an entry that ends a word: `</w>`; '' for none. */
  readonly endOfWordSuffix: string;
}

/** How the entries of a described tokenizer are written. */
export function spellingOf({ model, normalizer, preTokenizer, decoder }: TokenizerDescription): Spelling {
  return {
    byteLevel: [normalizer, preTokenizer, decoder].some((component) => includesType(component, 'ByteLevel')),
    byteFallback: 'bytePieces' in model && model.bytePieces !== undefined,
    continuationPrefix: model.type === 'WordPiece' ? model.continuationPrefix : '',
    endOfWordSuffix: model.type === 'BPE' ? (model.endOfWordSuffix ?? '') : '',
  };
}

/** A vocabulary entry as part of a sequence. */
export interface Entry {
  readonly piece: string;
  /** Found or added as a whole (`[MASK]`): it is written as it is read. */
  readonly added: boolean;
}

/**
 * What a person reads at each of a sequence of entries. Entries that together write one character each show the whole
 * of it; bytes that write none show as `\xE4`. Never empty.
 */
export function readableTexts(entries: readonly Entry[], spelling: Spelling): string[] {
  const texts: string[] = [];
  let run: number[][] = [];
  const flush = (): void => {
    if (run.length === 0) return;
    for (const text of charactersOf(run)) texts.push(text);
    run = [];
  };
  for (const entry of entries) {
    const bytes = entry.added ? undefined : bytesOf(entry.piece, spelling);
    // Whole characters join with nothing around them.
    const whole = bytes
      ? wholeCharacters(bytes)
      : entry.added
        ? entry.piece
        : plainText(entry.piece, spelling);
    if (bytes && whole === undefined) run.push(bytes);
    else {
      flush();
      texts.push(whole ?? '');
    }
  }
  flush();
  return texts.map((text, index) => text || entries[index]!.piece || '\u2205');
}

/** The text that a sequence of byte-level entries writes; bytes that are no character become U+FFFD. */
export function textOfBytes(pieces: readonly string[]): string {
  const bytes: number[] = [];
  for (const piece of pieces) {
    for (const byte of bytesInAlphabet(piece) ?? encoder.encode(piece)) bytes.push(byte);
  }
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(Uint8Array.from(bytes));
}

const encoder = new TextEncoder();

function plainText(piece: string, { continuationPrefix, endOfWordSuffix }: Spelling): string {
  let text = piece;
  if (continuationPrefix !== '' && text.startsWith(continuationPrefix)) {
    text = text.slice(continuationPrefix.length);
  }
  if (endOfWordSuffix !== '' && text.endsWith(endOfWordSuffix)) text = text.slice(0, -endOfWordSuffix.length);
  return text.replaceAll('\u2581', ' ');
}

function bytesOf(piece: string, spelling: Spelling): number[] | undefined {
  if (spelling.byteLevel) return bytesInAlphabet(piece);
  const byte = spelling.byteFallback ? byteOfPiece(piece) : undefined;
  return byte === undefined ? undefined : [byte];
}

/** The byte that an entry like `<0xE4>` stands for. */
export function byteOfPiece(piece: string): number | undefined {
  const digits = /^<0x([0-9A-Fa-f]{2})>$/.exec(piece)?.[1];
  return digits === undefined ? undefined : Number.parseInt(digits, 16);
}

function bytesInAlphabet(piece: string): number[] | undefined {
  const bytes: number[] = [];
  for (const character of piece) {
    const byte = byteOfCharacter.get(character);
    if (byte === undefined) return undefined;
    bytes.push(byte);
  }
  return bytes;
}

/** Decodes a run of bytes cut into parts: each part gets every character that one of its bytes belongs to. */
function charactersOf(parts: readonly number[][]): string[] {
  const bytes = parts.flat();
  const characters: { readonly end: number; readonly text: string }[] = [];
  for (let at = 0; at < bytes.length; ) {
    const length = validLength(bytes, at);
    characters.push(
      length === 0
        ? { end: at + 1, text: `\\x${bytes[at]!.toString(16).toUpperCase().padStart(2, '0')}` }
        : { end: at + length, text: decoder.decode(Uint8Array.from(bytes.slice(at, at + length))) },
    );
    at += length || 1;
  }
  let first = 0;
  let start = 0;
  return parts.map((part) => {
    const end = start + part.length;
    let text = '';
    while (first < characters.length && characters[first]!.end <= start) first++;
    for (let i = first; part.length > 0 && i < characters.length; i++) {
      text += characters[i]!.text;
      if (characters[i]!.end >= end) break;
    }
    start = end;
    return text;
  });
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** What bytes write, undefined when a character among them is not whole. */
function wholeCharacters(bytes: readonly number[]): string | undefined {
  let text = '';
  if (bytes.every((byte) => byte < 0x80)) {
    for (const byte of bytes) text += String.fromCharCode(byte);
    return text;
  }
  for (let at = 0; at < bytes.length; ) {
    const length = validLength(bytes, at);
    if (length === 0) return undefined;
    at += length;
  }
  return decoder.decode(Uint8Array.from(bytes));
}

/** Bytes of the valid UTF-8 character at `at`, 0 when there is none (RFC 3629 §4). */
function validLength(bytes: readonly number[], at: number): number {
  const lead = bytes[at]!;
  if (lead < 0x80) return 1;
  const length =
    lead >= 0xc2 && lead < 0xe0 ? 2 : lead >= 0xe0 && lead < 0xf0 ? 3 : lead >= 0xf0 && lead < 0xf5 ? 4 : 0;
  if (at + length > bytes.length) return 0;
  const [lowest, highest] = secondByteRange.get(lead) ?? [0x80, 0xbf];
  for (let i = 1; i < length; i++) {
    const byte = bytes[at + i]!;
    if (byte < (i === 1 ? lowest : 0x80) || byte > (i === 1 ? highest : 0xbf)) return 0;
  }
  return length;
}

const secondByteRange: ReadonlyMap<number, readonly [number, number]> = new Map([
  [0xe0, [0xa0, 0xbf]],
  [0xed, [0x80, 0x9f]],
  [0xf0, [0x90, 0xbf]],
  [0xf4, [0x80, 0x8f]],
]);
