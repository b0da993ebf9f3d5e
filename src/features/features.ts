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
 * by its offsets in the text, never by marker characters of a vocabulary. Tokens that belong to none are no features
 * and stay as they are.
 *
 * @throws PellucidError `bad-input` where words are asked of an input without text, or where no feature is left.
 */
export function featuresOf({ tokens, text, pair }: FeatureSource, options: FeatureOptions = {}): Feature[] {
  const { by = 'tokens', special = false } = options;
  const single = (position: number): Feature => {
    const { text: label, offsets, segment } = tokens[position]!;
    return { label, positions: [position], span: offsets, segment };
  };
  const specials = special ? [...tokens.keys()].filter((i) => tokens[i]!.special).map(single) : [];
  const ordinary = [...tokens.keys()].filter((i) => !tokens[i]!.special);
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
    return [...members].map(([{ start, end, label }, positions]): Feature => {
      return { label: label ?? part.slice(start, end), positions, span: [start, end], segment };
    });
  });
}

function firstVisible(text: string, [start, end]: readonly [number, number]): number {
  const piece = text.slice(start, end);
  const spaces = piece.length - piece.trimStart().length;
  return spaces === piece.length ? start : start + spaces;
}
