import type { AlignedText } from './aligned-text.js';
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
  if (character === '\0' || character === '\ufffd' || control.test(character)) return '';
  return /\p{White_Space}/u.test(character) ? ' ' : character;
}

function spacedIfChinese(character: string): string {
  return character > '\u3000' && chinese.test(character) ? ` ${character} ` : character;
}

function withoutAccent(character: string): string {
  return character > '\u02ff' && accent.test(character) ? '' : character;
}

/** A lone surrogate is removed like a control character: it has no UTF-8 form, so no vocabulary holds it. */
const control = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}]/u;

/** As in the Rust library, whose last extension block begins at U+2B920 and not at U+2B820. */
const chinese =
  /[\u{4e00}-\u{9fff}\u{3400}-\u{4dbf}\u{20000}-\u{2a6df}\u{2a700}-\u{2b81f}\u{2b920}-\u{2ceaf}\u{f900}-\u{faff}\u{2f800}-\u{2fa1f}]/u;

const accent = /\p{Mn}/u;
