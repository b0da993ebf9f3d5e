import { PellucidError } from '../../errors.js';
import type { AlignedText } from './aligned-text.js';
import { bertNormalizer } from './bert-normalizer.js';
import { inByteAlphabet } from './byte-alphabet.js';
import { type Component, flag, listOf, textOf } from './component.js';
import { matchesOf, patternOf } from './pattern.js';
import { precompiledNormalizer } from './precompiled.js';
import { sentencePieceText } from './sentencepiece-text.js';
import { lowercased, unicodeNormalized } from './unicode-normalization.js';

/** A step that rewrites the text before it is cut into words; every character keeps its place in the user's text. */
export type Normalizer = (text: AlignedText) => AlignedText;

/**
 * The normaliser that a `tokenizer.json` describes, with the results of the Rust library `tokenizers` 0.23.
 * @param component `normalizer` of the file, null for none
 * @throws PellucidError `unsupported` for a type that is not known, `bad-checkpoint` for a malformed one.
 */
export function makeNormalizer(component: Component | null): Normalizer {
  if (component === null) return (text) => text;
  switch (component.type) {
    case 'Sequence':
      return inSequence(listOf(component, 'normalizers').map(makeNormalizer));
    case 'BertNormalizer':
      return bertNormalizer({
        cleanText: flag(component, 'clean_text', true),
        handleChineseCharacters: flag(component, 'handle_chinese_chars', true),
        stripAccents: flag(component, 'strip_accents', flag(component, 'lowercase', true)),
        lowercase: flag(component, 'lowercase', true),
      });
    case 'NFC':
    case 'NFD':
    case 'NFKC':
    case 'NFKD': {
      const form = component.type;
      return (text) => unicodeNormalized(text, form);
    }
    case 'Lowercase':
      return lowercased;
    case 'StripAccents':
      return (text) => text.mapped((character) => (/^\p{M}$/u.test(character) ? '' : character));
    case 'Strip':
      return (text) =>
        stripped(text, flag(component, 'strip_left', true), flag(component, 'strip_right', true));
    case 'Prepend': {
      const prefix = textOf(component, 'prepend');
      return (text) => (text.length === 0 ? text : text.prepended(prefix));
    }
    case 'Replace': {
      const pattern = patternOf(component);
      const by = textOf(component, 'content');
      return (text) => text.replaced(matchesOf(text.text, pattern).map(([from, to]) => ({ from, to, by })));
    }
    case 'Nmt':
      return (text) => text.mapped(nmtCharacter);
    case 'ByteLevel':
      return (text) => text.mapped(inByteAlphabet);
    case 'Precompiled':
      return precompiledNormalizer(component);
    case 'SentencePiece': {
      const { charactersMap } = component;
      // Of a model's own file; tokenizer.json has no such type.
      if (!(charactersMap instanceof Uint8Array)) break;
      return sentencePieceText({
        charactersMap,
        addsDummyPrefix: flag(component, 'addsDummyPrefix', true),
        removesExtraSpaces: flag(component, 'removesExtraSpaces', true),
      });
    }
  }
  throw new PellucidError(
    'unsupported',
    `tokenizer.json has a normalizer of type "${component.type}", which is not supported`,
  );
}

/** Steps that multiply each other would fill the memory; a compatibility form, which grows most, makes 18 of one. */
const mostGrowth = 1000;

function inSequence(steps: readonly Normalizer[]): Normalizer {
  return (text) =>
    steps.reduce((done, step) => {
      const next = step(done);
      if (next.length <= mostGrowth * (text.length + 1)) return next;
      throw new PellucidError(
        'bad-checkpoint',
        `the normalizer in tokenizer.json makes a text of ${text.length} characters more than ${mostGrowth} times as long`,
      );
    }, text);
}

function stripped(text: AlignedText, left: boolean, right: boolean): AlignedText {
  const leading = left ? /^\p{White_Space}*/u.exec(text.text)![0].length : 0;
  let end = text.length;
  if (right) while (end > leading && /\p{White_Space}/u.test(text.text[end - 1]!)) end--;
  return text.slice(leading, end);
}

/** SentencePiece's `nmt` rules: control characters go, every kind of space becomes a plain one. */
function nmtCharacter(character: string): string {
  const code = character.codePointAt(0)!;
  const control =
    (code >= 0x01 && code <= 0x08) ||
    code === 0x0b ||
    (code >= 0x0e && code <= 0x1f) ||
    code === 0x7f ||
    code === 0x8f ||
    code === 0x9f;
  if (control) return '';
  return /[\t\n\f\r\u1680\u200b-\u200f\u2028\u2029\u2581\ufeff\ufffd]/.test(character) ? ' ' : character;
}
