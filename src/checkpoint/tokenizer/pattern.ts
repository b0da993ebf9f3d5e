import { PellucidError } from '../../errors.js';
import { type Component, isRecord, wrong } from './component.js';
import { SplitPreTokenizer } from './library.js';

/**
 * The regular expression of a `Replace` or `Split`, translated from the Oniguruma syntax in which `tokenizer.json`
 * writes it to JavaScript's by the tokenizers library.
 * @throws PellucidError `bad-checkpoint` when there is none, `unsupported` when it cannot be translated.
 */
export function patternOf(component: Component): RegExp {
  const { pattern } = component;
  if (!isRecord(pattern)) throw wrong(component, 'pattern', 'an object with "String" or "Regex"');
  if (typeof pattern.String === 'string') {
    return new RegExp(pattern.String.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&'), 'gu');
  }
  if (typeof pattern.Regex !== 'string') {
    throw wrong(component, 'pattern', 'an object with "String" or "Regex"');
  }
  try {
    const split = new SplitPreTokenizer({
      type: 'Split',
      pattern: { Regex: pattern.Regex },
      behavior: 'Isolated',
    });
    if (split.pattern !== null) return split.pattern;
  } catch (cause) {
    throw untranslatable(pattern.Regex, cause);
  }
  throw untranslatable(pattern.Regex);
}

/** Where a pattern matches: [from, to) of each match, without empty ones. */
export function matchesOf(text: string, pattern: RegExp): [from: number, to: number][] {
  const matches: [number, number][] = [];
  for (const match of text.matchAll(pattern)) {
    if (match[0].length > 0) matches.push([match.index, match.index + match[0].length]);
  }
  return matches;
}

function untranslatable(regex: string, cause?: unknown): PellucidError {
  const shown = regex.length > 80 ? `${regex.slice(0, 80)}…` : regex;
  return new PellucidError(
    'unsupported',
    `tokenizer.json uses a regular expression that JavaScript cannot express: ${shown}`,
    { cause },
  );
}
