import type { Tokenizer } from '../checkpoint/index.js';
import { PellucidError } from '../errors.js';
import type { Token } from '../tensor/index.js';

/** What a model reads: a text, a text and its pair, token ids as they are, or tokens of an earlier run. */
export type ModelInput =
  | string
  | { readonly text: string; readonly pair?: string }
  | { readonly tokenIds: readonly number[] }
  | {
      readonly tokens: readonly Token[];
      /** Positions that no token may look at, as if they were padding; the others keep their places. */
      readonly hidden?: readonly number[];
    };

/** An input as the model sees it. */
export interface EncodedInput {
  readonly text: string | null;
  readonly pair: string | null;
  readonly tokens: readonly Token[];
  /** Positions that no token may look at. */
  readonly hidden?: readonly number[] | undefined;
}

/** What an input must fit. */
export interface InputLimits {
  /** Names the model in messages. */
  readonly model: string;
  readonly contextLength: number;
  readonly vocabularySize: number;
  /** How many segment ids the model knows; 0 where it has none and pairs are simply joined. */
  readonly segments: number;
}

/**
 * Turns an input into tokens.
 * @throws PellucidError `bad-input` when it is empty, has a token the model does not know, or is longer than the
 * context and `truncate` is off.
 */
export function encodeInput(
  input: ModelInput,
  tokenizer: Tokenizer,
  limits: InputLimits,
  truncate: boolean,
): EncodedInput {
  const read = readTokens(input, tokenizer, limits, truncate);
  const tokens = fit(read.tokens, limits, truncate);
  for (const { id, segment } of tokens) {
    if (!Number.isInteger(id) || id < 0 || id >= limits.vocabularySize) {
      throw new PellucidError(
        'bad-input',
        `Token id ${id} is outside the vocabulary of ${limits.model}, which has ${limits.vocabularySize} ids.`,
      );
    }
    if (limits.segments > 0 && tokenizer.segmentTypes[segment] >= limits.segments) {
      throw new PellucidError(
        'bad-input',
        `${limits.model} knows ${limits.segments} segment${limits.segments === 1 ? '' : 's'} (type_vocab_size), so it cannot read a pair of texts.`,
      );
    }
  }
  return { ...read, tokens };
}

function readTokens(
  input: ModelInput,
  tokenizer: Tokenizer,
  limits: InputLimits,
  truncate: boolean,
): EncodedInput {
  const given = typeof input === 'string' ? { text: input } : input;
  if ('tokens' in given || 'tokenIds' in given) {
    const tokens = 'tokens' in given ? given.tokens : tokenizer.fromIds(given.tokenIds);
    if (tokens.length === 0)
      throw new PellucidError('bad-input', 'No token ids are given: at least one is needed.');
    return { tokens, text: null, pair: null, hidden: 'hidden' in given ? given.hidden : undefined };
  }
  const { text, pair } = given;
  if (text === '') throw new PellucidError('bad-input', 'The text is empty: give at least one character.');
  if (!truncate) refuseEndless([text, pair ?? ''], tokenizer, limits);
  const tokens = tokenizer.encode(text, pair === undefined ? {} : { pair });
  if (tokens.length === 0)
    throw new PellucidError('bad-input', 'The text gives no tokens with this tokenizer.');
  return { tokens, text, pair: pair ?? null };
}

/** Refuses, before it is read, a text of so many characters that its tokens cannot fit: reading it may take a minute. */
function refuseEndless(texts: readonly string[], { longestPiece }: Tokenizer, limits: InputLimits): void {
  const least = texts.reduce((sum, { length }) => sum + Math.ceil(length / longestPiece), 0);
  if (least > limits.contextLength) throw tooLong(least, limits, 'at least ');
}

function fit(tokens: readonly Token[], limits: InputLimits, truncate: boolean): readonly Token[] {
  if (tokens.length <= limits.contextLength) return tokens;
  if (truncate) return shorten(tokens, limits.contextLength);
  throw tooLong(tokens.length, limits, '');
}

function tooLong(
  count: number,
  { contextLength, model }: InputLimits,
  about: '' | 'at least ',
): PellucidError {
  return new PellucidError(
    'bad-input',
    `The text has ${about}${count} tokens, ${about}${count - contextLength} more than the ${contextLength} that ${model} can read: shorten it, or use --truncate (option truncate) to cut its end.`,
  );
}

/** Cuts text tokens from the end, keeping those of the template; of a pair, the longer text first, as transformers does. */
function shorten(tokens: readonly Token[], length: number): Token[] {
  const isTemplate = (token: Token) => token.special && token.offsets === null;
  const room = Math.max(0, length - tokens.filter(isTemplate).length);
  const count = (segment: 0 | 1) =>
    tokens.filter((token) => token.segment === segment && !isTemplate(token)).length;
  const [first, second] = [count(0), count(1)];
  const shorter = Math.min(first, second, Math.floor(room / 2));
  const longer = room - shorter;
  const keep = second === 0 ? [room, 0] : first > second ? [longer, shorter] : [shorter, longer];
  const kept = [0, 0];
  return tokens
    .filter((token) => isTemplate(token) || kept[token.segment]!++ < keep[token.segment]!)
    .slice(0, length);
}
