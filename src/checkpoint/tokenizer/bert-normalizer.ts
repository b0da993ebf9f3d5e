import type { AlignedText } from './aligned-text.js';
import { chineseCharacter, controlCharacter, nonspacingMark } from './bert-characters.js';
import { lowercased, unicodeNormalized } from './unicode-normalization.js';

/** What BERT does to a text before cutting it into words. */
export interface BertNormalizerOptions {
  /** Remove control characters, make every white space a plain space. */
  readonly cleanText: boolean;
  /** Put spaces around Chinese characters, so that each is a word of its own. */
  readonly handleChineseCharacters: boolean;
  readonly stripAccents: boolean;
  readonly lowercase: boolean;
}

/** BERT's normaliser, with the results of `BertNormalizer` in the Rust library `tokenizers` 0.23 (in its order). */
export function bertNormalizer(options: BertNormalizerOptions): (text: AlignedText) => AlignedText {
  return (text) => {
    let result = text;
    if (options.cleanText) result = result.mapped(cleaned);
    if (options.handleChineseCharacters) result = result.mapped(spacedIfChinese);
    if (options.stripAccents) result = unicodeNormalized(result, 'NFD').mapped(withoutAccent);
    if (options.lowercase) result = lowercased(result);
    return result;
  };
}

function cleaned(character: string): string {
  if (character >= ' ' && character <= '~') return character;
  if (character === '\t' || character === '\n' || character === '\r') return ' ';
  if (character === '\0' || character === '\ufffd' || controlCharacter.test(character)) return '';
  return /\p{White_Space}/u.test(character) ? ' ' : character;
}

function spacedIfChinese(character: string): string {
  return character > '\u3000' && chineseCharacter.test(character) ? ` ${character} ` : character;
}

function withoutAccent(character: string): string {
  return character > '\u02ff' && nonspacingMark.test(character) ? '' : character;
}
