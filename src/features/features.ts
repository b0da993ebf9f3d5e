import { PellucidError } from '../errors.js';
import type { Token } from '../tensor/index.js';
import type { Feature, FeatureChoice } from './feature.js';
import { type Stretch, stretchesOf } from './segments.js';

/** What features are made from. */
export interface FeatureSource {
  readonly tokens: readonly Token[];
  readonly text: string | null;
  readonly pair: string | null;
}

export interface FeatureOptions {
  /** Tokens, words, sentences, paragraphs; the matches of a pattern; or slots of the text. Tokens by default. */
  readonly by?: FeatureChoice | undefined;
  /** Whether special tokens (`[CLS]`, `<s>`) are features too, one each; they are kept out by default. */
  readonly special?: boolean | undefined;
}

/**
 * The features of an input, in order of the text. A token belongs to the stretch that has its first visible character,
 * by its offsets in the text, never by marker characters of a vocabulary; words that share one token are one feature.
 * Tokens that belong to none are no features and stay as they are. An unknown token stands for what was written, so it
 * is not kept out as special tokens are.
 *
 * @throws PellucidError `bad-input` where words are asked of an input without text, or where no feature is left.
 */
export function featuresOf({ tokens, text, pair }: FeatureSource, options: FeatureOptions = {}): Feature[] {
  const { by = 'tokens', special = false } = options;
  const single = (position: number): Feature => {
    const { text: label, offsets, segment } = tokens[position]!;
    return { label, positions: [position], span: offsets, segment };
  };
  const isSpecial = (i: number) => tokens[i]!.special && !standsForText(tokens[i]!, { text, pair });
  const specials = special ? [...tokens.keys()].filter(isSpecial).map(single) : [];
  const ordinary = [...tokens.keys()].filter((i) => !isSpecial(i));
  const grouped = by === 'tokens' ? ordinary.map(single) : grouping({ tokens, text, pair }, by, ordinary);
  const features = [...grouped, ...specials].toSorted((a, b) => a.positions[0]! - b.positions[0]!);
  if (features.length > 0) return features;
  throw new PellucidError(
    'bad-input',
    'The input has no feature that could be scored: choose other features.',
  );
}

function grouping(
  { tokens, text, pair }: FeatureSource,
  by: Exclude<FeatureChoice, 'tokens'>,
  ordinary: readonly number[],
): Feature[] {
  if (text === null) {
    throw new PellucidError(
      'bad-input',
      'An input of token ids has no text, so its features are its tokens.',
    );
  }
  return ([text, pair ?? ''] as const).flatMap((part, index) => {
    const segment = index as 0 | 1;
    const stretches = stretchesOf(part, segment, by);
    const members = new Map<Stretch, number[]>();
    for (const position of ordinary) {
      const token = tokens[position]!;
      if (token.segment !== segment || token.offsets === null) continue;
      const stretch = stretches.find(({ start, end }) => {
        const at = firstVisible(part, token.offsets!);
        return start <= at && at < end;
      });
      if (stretch) members.set(stretch, [...(members.get(stretch) ?? []), position]);
    }
    return [...members].map(([stretch, positions]): Feature => {
      const { start, label } = stretch;
      const reach = tokens[positions.at(-1)!]!.offsets![1];
      const shares = (next: Stretch) => next.start >= stretch.end && next.start < reach && !members.has(next);
      const end = typeof by === 'string' ? (stretches.findLast(shares) ?? stretch).end : stretch.end;
      return { label: label ?? part.slice(start, end), positions, span: [start, end], segment };
    });
  });
}

/** Whether a special token stands for other characters than its own name, as an unknown token does. */
function standsForText(
  { text: name, offsets, segment }: Token,
  { text, pair }: Pick<FeatureSource, 'text' | 'pair'>,
): boolean {
  const part = segment === 1 ? pair : text;
  if (part === null || offsets === null) return false;
  const written = part.slice(...offsets).trim();
  return written !== '' && written.toLowerCase() !== name.trim().toLowerCase();
}

function firstVisible(text: string, [start, end]: readonly [number, number]): number {
  const piece = text.slice(start, end);
  const spaces = piece.length - piece.trimStart().length;
  return spaces === piece.length ? start : start + spaces;
}
