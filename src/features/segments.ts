import { PellucidError } from '../errors.js';
import type { FeatureChoice, Slot } from './feature.js';

/** A stretch of a text, [start, end) in UTF-16 units. */
export interface Stretch {
  readonly start: number;
  readonly end: number;
  readonly label?: string;
}

/**
 * The stretches that a text falls into. Words and sentences are those of Unicode (UAX 29), so texts without spaces work
 * too; punctuation is a word of its own. What belongs to no stretch is left out.
 */
export function stretchesOf(
  text: string,
  segment: 0 | 1,
  choice: Exclude<FeatureChoice, 'tokens'>,
): Stretch[] {
  if (choice === 'words' || choice === 'sentences') {
    // Of one language: the words of a text must not depend on whose machine it is.
    const segmenter = new Intl.Segmenter('en', {
      granularity: choice === 'words' ? 'word' : 'sentence',
    });
    return [...segmenter.segment(text)]
      .map(({ index, segment: part }) => trimmed(text, index, index + part.length))
      .filter(({ start, end }) => end > start);
  }
  if (choice === 'paragraphs') return matches(text, /\S(?:(?!\n\s*\n)[\s\S])*/g);
  if (choice instanceof RegExp) return matches(text, choice);
  return (choice as readonly Slot[])
    .filter((slot) => (slot.segment ?? 0) === segment)
    .map((slot) => checkedSlot(slot, text));
}

function matches(text: string, pattern: RegExp): Stretch[] {
  const flags = pattern.flags.includes('g') ? pattern.flags : `${pattern.flags}g`;
  return [...text.matchAll(new RegExp(pattern.source, flags))]
    .map((match) => trimmed(text, match.index, match.index + match[0].length))
    .filter(({ start, end }) => end > start);
}

function checkedSlot({ start, end, label }: Slot, text: string): Stretch {
  const fits =
    Number.isInteger(start) && Number.isInteger(end) && start >= 0 && start < end && end <= text.length;
  if (fits) return label === undefined ? { start, end } : { start, end, label };
  throw new PellucidError(
    'bad-input',
    `The slot from ${start} to ${end} is not within the text, which has ${text.length} characters.`,
  );
}

function trimmed(text: string, start: number, end: number): Stretch {
  const part = text.slice(start, end);
  const from = start + part.length - part.trimStart().length;
  return { start: from, end: Math.max(from, end - (part.length - part.trimEnd().length)) };
}
