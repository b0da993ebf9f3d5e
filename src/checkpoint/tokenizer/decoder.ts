import { PellucidError } from '../../errors.js';
import { type Component, flag, listOf, textOf } from './component.js';
import { patternOf } from './pattern.js';
import { byteOfPiece, textOfBytes } from './readable-text.js';

/** Writes a sequence of vocabulary entries as one text. */
export type Decoder = (pieces: readonly string[]) => string;

/** One step of a decoder: entries to the parts of a text. */
type DecodingStep = (pieces: readonly string[]) => readonly string[];

/**
 * The decoder that a `tokenizer.json` describes, with the results of the Rust library `tokenizers` 0.23.
 * @param component `decoder` of the file; null joins entries by spaces
 * @throws PellucidError `unsupported` for a type that is not known, `bad-checkpoint` for a malformed one.
 */
export function makeDecoder(component: Component | null): Decoder {
  if (component === null) return (pieces) => pieces.join(' ');
  const step = makeStep(component);
  return (pieces) => step(pieces).join('');
}

function makeStep(component: Component): DecodingStep {
  switch (component.type) {
    case 'Sequence': {
      const steps = listOf(component, 'decoders').map(makeStep);
      return (pieces) => steps.reduce((parts, step) => step(parts), pieces);
    }
    case 'ByteLevel':
      return (pieces) => [textOfBytes(pieces)];
    case 'ByteFallback':
      return byteRunsJoined;
    case 'Fuse':
      return (pieces) => [pieces.join('')];
    case 'Replace': {
      const pattern = patternOf(component);
      const content = textOf(component, 'content');
      return (pieces) => pieces.map((piece) => piece.replaceAll(pattern, () => content));
    }
    case 'Strip': {
      const content = textOf(component, 'content', ' ');
      const [start, stop] = [Number(component.start ?? 0), Number(component.stop ?? 0)];
      return (pieces) => pieces.map((piece) => stripped(piece, content, start, stop));
    }
    case 'Metaspace': {
      const mark = textOf(component, 'replacement', '\u2581');
      const prepended = component.add_prefix_space !== false && component.prepend_scheme !== 'never';
      return (pieces) =>
        pieces.map((piece, index) => piece.replaceAll(mark, index === 0 && prepended ? '' : ' '));
    }
    case 'BPEDecoder': {
      const suffix = textOf(component, 'suffix', '</w>');
      return (pieces) =>
        pieces.map((piece, index) => piece.replaceAll(suffix, index === pieces.length - 1 ? '' : ' '));
    }
    case 'WordPiece':
      return wordPieces(textOf(component, 'prefix', '##'), flag(component, 'cleanup', true));
    default:
      throw new PellucidError(
        'unsupported',
        `tokenizer.json has a decoder of type "${component.type}", which is not supported`,
      );
  }
}

function wordPieces(prefix: string, cleansUp: boolean): DecodingStep {
  return (pieces) =>
    pieces.map((piece, index) => {
      const continues = piece.startsWith(prefix);
      const text = index === 0 ? piece : continues ? piece.slice(prefix.length) : ` ${piece}`;
      return cleansUp ? withoutArtificialSpaces(text) : text;
    });
}

/** Takes back the spaces that cutting at punctuation put in (`cleanup` in decoders/wordpiece.rs). */
function withoutArtificialSpaces(text: string): string {
  return text
    .replaceAll(' .', '.')
    .replaceAll(' ?', '?')
    .replaceAll(' !', '!')
    .replaceAll(' ,', ',')
    .replaceAll(" ' ", "'")
    .replaceAll(" n't", "n't")
    .replaceAll(" 'm", "'m")
    .replaceAll(' do not', " don't")
    .replaceAll(" 's", "'s")
    .replaceAll(" 've", "'ve")
    .replaceAll(" 're", "'re");
}

/** Runs of byte entries become the text they write, or one U+FFFD per byte where they write none. */
function byteRunsJoined(pieces: readonly string[]): string[] {
  const parts: string[] = [];
  let run: number[] = [];
  const flush = (): void => {
    if (run.length === 0) return;
    try {
      parts.push(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Uint8Array.from(run)));
    } catch {
      for (let i = 0; i < run.length; i++) parts.push('\ufffd');
    }
    run = [];
  };
  for (const piece of pieces) {
    const byte = byteOfPiece(piece);
    if (byte !== undefined) run.push(byte);
    else {
      flush();
      parts.push(piece);
    }
  }
  flush();
  return parts;
}

/** Takes at most `start` and `stop` copies of a character off the two ends. */
function stripped(piece: string, character: string, start: number, stop: number): string {
  const characters = [...piece];
  let from = 0;
  while (from < start && characters[from] === character) from++;
  let to = characters.length;
  while (to > from && characters.length - to < stop && characters[to - 1] === character) to--;
  return characters.slice(from, to).join('');
}
