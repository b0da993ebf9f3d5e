import { PellucidError } from '../errors.js';
import type { Feature } from './feature.js';
import { type FeatureOptions, type FeatureSource, featuresOf } from './features.js';

/** The two sequences that an encoder-decoder reads. */
export const stacksOfFeatures = ['encoder', 'decoder'] as const;
export type FeatureStack = (typeof stacksOfFeatures)[number];

/** What an encoder-decoder reads: the encoder's tokens and behind them the decoder's, in one list. */
export interface StackSource extends FeatureSource {
  /** How many of the tokens are the encoder's; undefined where the model has one stack. */
  readonly encoderLength: number | undefined;
  /** Whether the decoder reads the encoder's tokens again, behind its start token: they are the same features. */
  readonly rereads?: boolean | undefined;
  /** The text of the decoder's tokens; null where there is none. */
  readonly targetText: string | null;
}

export interface StackFeatureOptions extends FeatureOptions {
  /** Of an encoder-decoder: whose tokens are features; those of both by default. Slots are of one: the encoder's text by default. */
  readonly stack?: FeatureStack | undefined;
}

/**
 * The features of all that a model reads. Of an encoder-decoder each says whose it is, and its positions count the
 * encoder's tokens and then the decoder's.
 * @throws PellucidError as {@link featuresOf}; `bad-input` where a stack is named of a model that has one.
 */
export function featuresOfStacks(source: StackSource, options: StackFeatureOptions = {}): Feature[] {
  const { encoderLength, tokens, targetText } = source;
  const { stack, by, special = false } = options;
  if (encoderLength === undefined) {
    if (stack === undefined) return featuresOf(source, options);
    throw new PellucidError(
      'bad-input',
      `The model has no ${stack} apart: leave the stack of the features out.`,
    );
  }
  if (source.rereads) {
    if (stack === 'decoder') {
      throw new PellucidError(
        'bad-input',
        'The decoder of this model reads the text of its encoder again, which is its only text: leave the stack of the features out.',
      );
    }
    return readTwice(source, options);
  }
  // It begins with the start token, which is none of the text even where no tokenizer says so.
  const target = tokens
    .slice(encoderLength)
    .map((token, position) => (position === 0 ? { ...token, special: true } : token));
  const written = special || target.some((token) => !token.special);
  // A start token alone has no words; slots are places in one text.
  const both = written && !Array.isArray(by);
  const chosen = stack ? [stack] : both ? stacksOfFeatures : [stacksOfFeatures[0]];
  return chosen.flatMap((each) => {
    const own =
      each === 'encoder'
        ? { ...source, tokens: tokens.slice(0, encoderLength) }
        : { tokens: target, text: targetText, pair: null };
    const first = each === 'encoder' ? 0 : encoderLength;
    return featuresOf(own, options).map((feature) => ({
      ...feature,
      positions: feature.positions.map((position) => first + position),
      stack: each,
    }));
  });
}

/** Features of the encoder's text, whose positions are those of both readings: behind the start token the decoder has all but the last. */
function readTwice(source: StackSource, options: FeatureOptions): Feature[] {
  const { tokens, encoderLength = 0 } = source;
  return featuresOf({ ...source, tokens: tokens.slice(0, encoderLength) }, options).map((feature) => ({
    ...feature,
    positions: feature.positions.flatMap((position) => {
      const again = encoderLength + position + 1;
      return again < tokens.length ? [position, again] : [position];
    }),
    stack: 'encoder',
  }));
}
