import { PellucidError } from '../../errors.js';
import type { AlignedText } from './aligned-text.js';
import { punctuationCharacter } from './bert-characters.js';
import { inByteAlphabet } from './byte-alphabet.js';
import { type Component, flag, listOf, textOf, wrong } from './component.js';
import { matchesOf, patternOf } from './pattern.js';

/** A step that cuts the text into words, which the vocabulary then cuts further. */
export type PreTokenizer = (text: AlignedText) => AlignedText[];

/**
 * The pre-tokenizer that a `tokenizer.json` describes, with the results of the Rust library `tokenizers` 0.23.
 * @param component `pre_tokenizer` of the file, null for none
 * @throws PellucidError `unsupported` for a type that is not known, `bad-checkpoint` for a malformed one.
 */
export function makePreTokenizer(component: Component | null): PreTokenizer {
  if (component === null) return (text) => [text];
  switch (component.type) {
    case 'Sequence':
      return inSequence(listOf(component, 'pretokenizers').map(makePreTokenizer));
    case 'BertPreTokenizer':
      return bertPreTokenizer;
    case 'ByteLevel':
      return byteLevel(flag(component, 'add_prefix_space', true), flag(component, 'use_regex', true));
    case 'Whitespace':
      return (text) => split(text, word, 'removed', true);
    case 'WhitespaceSplit':
      return (text) => split(text, whiteSpace, 'removed');
    case 'Punctuation':
      return splitter(punctuation, behaviorOf(component, 'isolated'));
    case 'Digits':
      return splitter(/\p{N}/gu, flag(component, 'individual_digits', false) ? 'isolated' : 'contiguous');
    case 'Split':
      return splitter(patternOf(component), behaviorOf(component), flag(component, 'invert', false));
    case 'CharDelimiterSplit': {
      const delimiter = textOf(component, 'delimiter');
      return splitter(patternOf({ type: 'CharDelimiterSplit', pattern: { String: delimiter } }), 'removed');
    }
    case 'FixedLength':
      return fixedLength(component);
    case 'Metaspace':
      return metaspace(component);
    default:
      throw new PellucidError(
        'unsupported',
        `tokenizer.json has a pre-tokenizer of type "${component.type}", which is not supported`,
      );
  }
}

/** What happens to the places where a pattern matches: `SplitDelimiterBehavior` of the Rust library. */
export type SplitBehavior = 'removed' | 'isolated' | 'mergedwithprevious' | 'mergedwithnext' | 'contiguous';

const behaviors: readonly string[] = [
  'removed',
  'isolated',
  'mergedwithprevious',
  'mergedwithnext',
  'contiguous',
] satisfies SplitBehavior[];

/**
 * Cuts a text where a pattern matches.
 * @param invert the pattern describes what lies between the delimiters
 */
export function split(
  text: AlignedText,
  pattern: RegExp,
  behavior: SplitBehavior,
  invert = false,
): AlignedText[] {
  const words: AlignedText[] = [];
  for (const { from, to } of splitRanges(segments(text.text, pattern, invert), behavior)) {
    if (from < to) words.push(text.slice(from, to));
  }
  return words;
}

/** GPT-2's pattern (openai/gpt-2 src/encoder.py), with Unicode's white space and not JavaScript's. */
const gpt2Pattern =
  /'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\p{White_Space}\p{L}\p{N}]+|\p{White_Space}+(?!\P{White_Space})|\p{White_Space}+/gu;
const word =
  /[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{Join_Control}]+|[^\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{Join_Control}\p{White_Space}]+/gu;
const whiteSpace = /\p{White_Space}+/gu;
const punctuation = new RegExp(punctuationCharacter, 'gu');

function bertPreTokenizer(text: AlignedText): AlignedText[] {
  return split(text, whiteSpace, 'removed').flatMap((piece) => split(piece, punctuation, 'isolated'));
}

function byteLevel(addPrefixSpace: boolean, useRegex: boolean): PreTokenizer {
  return (text) => {
    const prefixed = addPrefixSpace && !text.text.startsWith(' ') ? text.prepended(' ') : text;
    if (!useRegex) return [prefixed.mapped(inByteAlphabet)];
    const bytes = prefixed.mapped(inByteAlphabet);
    let from = 0;
    return split(prefixed, gpt2Pattern, 'isolated').map(({ text: piece }) => {
      const to = from + byteLength(piece);
      const slice = bytes.slice(from, to);
      from = to;
      return slice;
    });
  };
}

/** Bytes of a text in UTF-8. */
function byteLength(text: string): number {
  let bytes = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    // A surrogate is half of a character of four bytes.
    bytes += unit < 0x80 ? 1 : unit < 0x800 || (unit >= 0xd800 && unit < 0xe000) ? 2 : 3;
  }
  return bytes;
}

function metaspace(component: Component): PreTokenizer {
  const mark = textOf(component, 'replacement', '\u2581');
  const oldFlag = component.prepend_scheme === undefined && component.add_prefix_space === false;
  const scheme = oldFlag ? 'never' : textOf(component, 'prepend_scheme', 'always');
  if (!['always', 'first', 'never'].includes(scheme)) {
    throw wrong(component, 'prepend_scheme', '"always", "first" or "never"');
  }
  const splits = flag(component, 'split', true);
  const pattern = patternOf({ type: 'Metaspace', pattern: { String: mark } });
  return (text) => {
    const marked = text.mapped((character) => (character === ' ' ? mark : character));
    const prepends = scheme === 'always' || (scheme === 'first' && text.start === 0);
    const whole = prepends && !marked.text.startsWith(mark) ? marked.prepended(mark) : marked;
    return splits ? split(whole, pattern, 'mergedwithnext') : [whole];
  };
}

function fixedLength(component: Component): PreTokenizer {
  const length = component.length ?? 5;
  if (typeof length !== 'number' || !Number.isInteger(length) || length < 1) {
    throw wrong(component, 'length', 'a whole number from 1');
  }
  const pattern = new RegExp(`[^]{1,${Math.min(length, 2 ** 24)}}`, 'gu');
  return (text) => split(text, pattern, 'isolated');
}

function inSequence(steps: readonly PreTokenizer[]): PreTokenizer {
  return (text) => steps.reduce<AlignedText[]>((words, step) => words.flatMap(step), [text]);
}

function splitter(pattern: RegExp, behavior: SplitBehavior, invert = false): PreTokenizer {
  return (text) => split(text, pattern, behavior, invert);
}

function behaviorOf(component: Component, otherwise?: string): SplitBehavior {
  const behavior = textOf(component, 'behavior', otherwise).toLowerCase();
  if (!behaviors.includes(behavior)) throw wrong(component, 'behavior', `one of ${behaviors.join(', ')}`);
  return behavior as SplitBehavior;
}

interface Segment {
  readonly from: number;
  readonly to: number;
  readonly isDelimiter: boolean;
}

function segments(text: string, pattern: RegExp, invert: boolean): Segment[] {
  const found: Segment[] = [];
  let done = 0;
  for (const [from, to] of matchesOf(text, pattern)) {
    if (from > done) found.push({ from: done, to: from, isDelimiter: invert });
    found.push({ from, to, isDelimiter: !invert });
    done = to;
  }
  if (done < text.length) found.push({ from: done, to: text.length, isDelimiter: invert });
  return found;
}

function splitRanges(all: readonly Segment[], behavior: SplitBehavior): { from: number; to: number }[] {
  if (behavior === 'removed') return all.filter((segment) => !segment.isDelimiter);
  const ranges: { from: number; to: number }[] = [];
  let previous: boolean | undefined;
  for (const { from, to, isDelimiter } of all) {
    const joins =
      (behavior === 'contiguous' && isDelimiter === previous) ||
      (behavior === 'mergedwithprevious' && isDelimiter && previous === false) ||
      (behavior === 'mergedwithnext' && !isDelimiter && previous === true);
    if (joins) ranges[ranges.length - 1]!.to = to;
    else ranges.push({ from, to });
    previous = isDelimiter;
  }
  return ranges;
}
