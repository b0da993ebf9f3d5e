import { PellucidError } from '../../errors.js';
import { type Component, isRecord, wrong } from './component.js';
import { SplitPreTokenizer } from './library.js';

/**
 * The regular expression of a `Replace` or `Split`, translated from the Oniguruma syntax in which `tokenizer.json`
 * writes it to JavaScript's by the tokenizers library.
 * @throws PellucidError `bad-checkpoint` when there is none, `unsupported` when it cannot be translated, or when its
 * search could go on without end.
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
  let translated: RegExp | null;
  try {
    const split = new SplitPreTokenizer({
      type: 'Split',
      pattern: { Regex: pattern.Regex },
      behavior: 'Isolated',
    });
    translated = split.pattern;
  } catch (cause) {
    throw untranslatable(pattern.Regex, cause);
  }
  if (translated === null) throw untranslatable(pattern.Regex);
  if (repeatsChoices(translated.source)) {
    throw new PellucidError(
      'unsupported',
      `tokenizer.json uses a regular expression that repeats a group with choices inside it, whose search could take forever: ${shown(pattern.Regex)}`,
    );
  }
  return translated;
}

/** A choice in a group that is repeated n times gives 2^n ways or more, all of which a failing search tries. */
const mostRepeats = 8;

/** What a regular expression in JavaScript's syntax is made of; the quantifiers are captured. */
const syntax =
  /\\[pPu]\{[^}]*\}|\\[\s\S]|\[(?:\\[\s\S]|[^\]\\])*\]|\(\?(?:<?[=!]|<[^>]*>|[\w-]*:)|([*+?]|\{\d+(?:,\d*)?\})\??|[\s\S]/gu;

/** Whether a group that can match in several ways (an alternative or a varying count in it) is itself repeated. */
function repeatsChoices(source: string): boolean {
  /** For each open group, how often a choice in it is repeated at most; 0 without a choice. */
  const open = [0];
  /** The same for the part that was just read, which a quantifier may follow. */
  let last = 0;
  const add = (repeats: number) => open.push(Math.max(open.pop()!, repeats));
  for (const [part, quantifier] of source.matchAll(syntax)) {
    if (quantifier !== undefined) {
      const { most, varies } = countsOf(quantifier);
      last = last * most || (varies ? 1 : 0);
      if (last > mostRepeats) return true;
      add(last);
    } else if (part.startsWith('(')) {
      open.push(0);
    } else if (part === ')') {
      last = open.pop()!;
      add(last);
    } else {
      if (part === '|') add(1);
      last = 0;
    }
  }
  return false;
}

function countsOf(quantifier: string): { most: number; varies: boolean } {
  if (quantifier === '?') return { most: 1, varies: true };
  const [least, most = least] = quantifier.match(/\d+/g) ?? [];
  if (least === undefined || quantifier.endsWith(',}')) {
    return { most: Number.POSITIVE_INFINITY, varies: true };
  }
  return { most: Number(most), varies: least !== most };
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
  return new PellucidError(
    'unsupported',
    `tokenizer.json uses a regular expression that JavaScript cannot express: ${shown(regex)}`,
    { cause },
  );
}

function shown(regex: string): string {
  return regex.length > 80 ? `${regex.slice(0, 80)}…` : regex;
}
