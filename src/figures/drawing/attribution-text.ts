import { format } from 'd3-format';
import type { AblationFinding, Attribution, Overview } from '../../explanations/index.js';
import type { Token } from '../../tensor/index.js';
import { modelName } from './description.js';
import { labelText } from './labels.js';

const write = format('.3~g');

/** A number with its sign. */
export const withSign = format('+.2f');
const withoutSign = format('.2f');

/** The number of a score: with its sign, where the method gives scores signs. */
export function scoreText({ signed }: Pick<Attribution, 'signed'>, score: number): string {
  return signed ? withSign(score) : withoutSign(score);
}

/** A stretch of the input as it is shown: one token, and the feature that it belongs to. */
export interface ShownToken {
  readonly token: Token;
  /** Index of its feature; undefined where it is part of none. */
  readonly feature: number | undefined;
  /** Score of its feature; 0 where it is part of none. */
  readonly score: number;
  /** Whether a space stands between the token and the one before it. */
  readonly spaced: boolean;
}

/** The tokens of the input with the scores of their features. */
export function shownTokens({ tokens, encoderLength, features, values, subject }: Attribution): ShownToken[] {
  const { text, pair, targetText: target = null } = subject;
  const first = encoderLength ?? tokens.length;
  const featureAt = new Map(features.flatMap(({ positions }, i) => positions.map((at) => [at, i] as const)));
  return tokens.map((token, position) => {
    const feature = featureAt.get(position);
    const own = position >= first ? target : token.segment === 0 ? text : pair;
    const spaced = isSpaced(token, tokens[position - 1], own);
    return { token, feature, score: feature === undefined ? 0 : values.data[feature]!, spaced };
  });
}

/** By the text between two tokens where it is known: vocabularies such as BERT's leave spaces out. */
function isSpaced(token: Token, before: Token | undefined, text: string | null): boolean {
  if (!before) return false;
  if (/^\s/.test(token.text)) return true;
  const [end, start] = [before.offsets?.[1], token.offsets?.[0]];
  if (text === null || start === undefined || before.segment !== token.segment)
    return token.special || before.special;
  return end === undefined ? before.special : /\s/.test(text.slice(end, start));
}

/** How names of methods are spelled where they are no plain words. */
const spellings: Readonly<Record<string, string>> = { alti: 'ALTI', lime: 'LIME', shap: 'SHAP', x: '×' };

/** Names of methods as titles: `integrated-gradients` → Integrated gradients. */
export function methodTitle(method: string): string {
  const words = method
    .split('-')
    .map((word) => spellings[word] ?? word)
    .join(' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** What is explained, in words: `logit of “ Tom” = 14.9 at position 8`. */
export function targetText({ name, answers, position, value }: Attribution['target']): string {
  const of = answers.map(({ text }) => `“${labelText(text)}”`).join(name === 'contrast' ? ' over ' : ', ');
  const where = position === null ? '' : ` at position ${position}`;
  return `${name}${of ? ` of ${of}` : ''} = ${write(value)}${where}`;
}

/** Title and smaller line of a figure of an attribution. */
export function attributionTitle(attribution: Attribution): { title: string; subtitle: string } {
  const { method, target, subject, baseline } = attribution;
  const against = baseline ? `, features replaced by ${baseline.description}` : '';
  return {
    title: methodTitle(method),
    subtitle: `${targetText(target)}, ${modelName(subject)}${against}`,
  };
}

/** What the method declares of its own error, one sentence each. */
export function errorLines({ errors }: Attribution): string[] {
  return errors.map(({ name, value, share, large }) => {
    const part = share === null ? '' : ` (${write(100 * share)} % of what the scores should add up to)`;
    return `${name.charAt(0).toUpperCase()}${name.slice(1)} ${write(value)}${part}${large ? ': too large to rely on the scores' : ''}.`;
  });
}

/** How the scores came about, where their options do not say it all. */
export function noteLines({ note }: Attribution): string[] {
  return note === null ? [] : [`${note.charAt(0).toUpperCase()}${note.slice(1).replace(/\.?$/, '.')}`];
}

/** The verdict as one line; undefined where there is none. */
export function verdictLine({ verdict }: Attribution): string | undefined {
  if (!verdict) return undefined;
  const { conclusion, reason } = verdict;
  return `${conclusion.charAt(0).toUpperCase()}${conclusion.slice(1)}: ${reason.charAt(0).toLowerCase()}${reason.slice(1)}`;
}

/** Where a finding is: `layer 2, head 1`, `layer 0 at “·met” (position 8)`. */
export function findingTitle(
  { layer, head, position }: AblationFinding,
  { tokens, decoderTokens }: Overview,
): string {
  const place = `layer ${layer}`;
  if (head !== null) return `${place}, head ${head}`;
  if (position === null) return place;
  return `${place} at “${labelText((decoderTokens ?? tokens)[position]!)}” (position ${position})`;
}
