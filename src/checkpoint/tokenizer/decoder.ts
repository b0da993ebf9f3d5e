import { PellucidError } from '../../errors.js';
import type { Component } from './component.js';
import { SequenceDecoder } from './library.js';
import { textOfBytes } from './readable-text.js';

/** Writes a sequence of vocabulary entries as one text. */
export type Decoder = (pieces: readonly string[]) => string;

/**
 * The decoder that a `tokenizer.json` describes.
 * @param component `decoder` of the file; null joins entries by spaces
 * @throws PellucidError `unsupported` for a type that is not known.
 */
export function makeDecoder(component: Component | null): Decoder {
  if (component === null) return (pieces) => pieces.join(' ');
  if (component.type === 'ByteLevel') return textOfBytes;
  const decoder = libraryDecoder(component);
  return (pieces) => (pieces.length === 0 ? '' : decoder.decode([...pieces]));
}

/** The library does not export how it makes one decoder, only how it makes a sequence of them. */
function libraryDecoder(component: Component): SequenceDecoder {
  try {
    return new SequenceDecoder({ type: 'Sequence', decoders: [component] });
  } catch (cause) {
    throw new PellucidError(
      'unsupported',
      `tokenizer.json has a decoder of type "${component.type}", which is not known`,
      { cause },
    );
  }
}
