import type { ChatMessage, ChatOptions, Tokenizer } from '../checkpoint/index.js';
import { PellucidError } from '../errors.js';
import type { Token } from '../tensor/index.js';
import type { DecoderDimensions } from './architecture.js';

/**
 * What a model reads: a text, a text and its pair, token ids as they are, or tokens of an earlier run. To an
 * encoder-decoder that is what its encoder reads; its decoder reads the start token, or what {@link DecoderInput} gives.
 */
export type ModelInput =
  | string
  | ({ readonly text: string; readonly pair?: string } & DecoderInput)
  | (ChatInput & DecoderInput)
  | ({ readonly tokenIds: readonly number[] } & DecoderInput)
  | ({
      readonly tokens: readonly Token[];
      /** The texts that their offsets belong to, where there are such. */
      readonly text?: string | null | undefined;
      readonly pair?: string | null | undefined;
      /** Positions that no token may look at, as if they were padding; the others keep their places. */
      readonly hidden?: readonly number[] | undefined;
    } & DecoderInput);

/** A conversation, which the checkpoint's chat template makes a text of. */
export interface ChatInput extends ChatOptions {
  /** Where the last one is not the model's own, what stands before its answer is added, unless `addGenerationPrompt` says. */
  readonly messages: readonly ChatMessage[];
}

/** What the decoder of an encoder-decoder reads: a text, ids or tokens, or none of them. */
export interface DecoderInput {
  /** The target so far: the decoder reads the start token and this text; see {@link encodeTarget}. */
  readonly targetText?: string | undefined;
  /** Token ids as they are, the start token included. */
  readonly decoderTokenIds?: readonly number[] | undefined;
  /** Tokens of an earlier run, the start token included; `targetText` is then the text that their offsets belong to. */
  readonly decoderTokens?: readonly Token[] | undefined;
  /** Positions of the decoder that no token may look at, as if they were padding. */
  readonly decoderHidden?: readonly number[] | undefined;
}

/** An input as the model sees it. */
export interface EncodedInput {
  readonly text: string | null;
  readonly pair: string | null;
  /** What the head's answers belong to: of an encoder-decoder the tokens of its decoder. */
  readonly tokens: readonly Token[];
  /** Positions that no token may look at. */
  readonly hidden?: readonly number[] | undefined;
  /** What the encoder of an encoder-decoder reads, and the text that its decoder was given. */
  readonly source?: SourceInput | undefined;
}

/** What the encoder of an encoder-decoder reads. */
export interface SourceInput extends Pick<EncodedInput, 'tokens' | 'hidden'> {
  /** The text that its decoder was given; null where there was none. */
  readonly targetText: string | null;
}

/** What an input must fit. */
export interface InputLimits {
  /** Names the model in messages. */
  readonly model: string;
  readonly contextLength: number;
  readonly vocabularySize: number;
  /** How many segment ids the model knows; 0 where it has none and pairs are simply joined. */
  readonly segments: number;
  /** The decoder of an encoder-decoder. */
  readonly decoder?: DecoderLimits | undefined;
}

/** What the target of an encoder-decoder must fit, and what it begins with. */
export type DecoderLimits = Pick<
  DecoderDimensions,
  'contextLength' | 'vocabularySize' | 'startId' | 'endId' | 'forcedId' | 'rereads'
>;

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
  const given: DecoderInput = typeof input === 'string' ? {} : input;
  const rereads = limits.decoder?.rereads && !(given.decoderTokens ?? given.decoderTokenIds);
  const asked = rereads ? undefined : encodeTarget(given, tokenizer, limits, truncate);
  const read = readTokens(input, tokenizer, limits, truncate);
  const tokens = fit(read.tokens, limits, truncate);
  requireKnown(tokens, limits);
  for (const { segment } of tokens) {
    if (limits.segments > 0 && tokenizer.segmentTypes[segment] >= limits.segments) {
      throw new PellucidError(
        'bad-input',
        `${limits.model} knows ${limits.segments} segment${limits.segments === 1 ? '' : 's'} (type_vocab_size), so it cannot read a pair of texts.`,
      );
    }
  }
  const target = rereads ? readAgain(tokens, given, tokenizer, limits) : asked;
  if (!target) return { ...read, tokens };
  const { text, pair, hidden } = read;
  const { targetText = null, decoderHidden } = given;
  return { text, pair, tokens: target, hidden: decoderHidden, source: { tokens, hidden, targetText } };
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
    if ('tokenIds' in given) return { tokens, text: null, pair: null };
    const { text = null, pair = null, hidden } = given;
    return { tokens, text, pair, hidden };
  }
  if ('messages' in given) {
    const { messages, addGenerationPrompt = messages.at(-1)?.role !== 'assistant' } = given;
    const { text, tokens } = tokenizer.chat(messages, { ...given, addGenerationPrompt });
    if (tokens.length === 0)
      throw new PellucidError('bad-input', 'The messages give no tokens with this template.');
    return { tokens, text, pair: null };
  }
  const { text, pair } = given;
  if (text === '') throw new PellucidError('bad-input', 'The text is empty: give at least one character.');
  if (!truncate) refuseEndless([text, pair ?? ''], tokenizer, limits);
  const tokens = tokenizer.encode(text, pair === undefined ? {} : { pair });
  if (tokens.length === 0)
    throw new PellucidError('bad-input', 'The text gives no tokens with this tokenizer.');
  return { tokens, text, pair: pair ?? null };
}

/**
 * What the decoder of an encoder-decoder reads; undefined for other models. A target text stands behind the start token,
 * as transformers puts it there (`shift_tokens_right`), without what the tokenizer's template puts behind a text: the
 * target so far, whose next token is to be predicted. Where the config forces a first token (`forced_bos_token_id`: the
 * language to translate to), that stands in the place of what the template puts before the text.
 */
function encodeTarget(
  { targetText, decoderTokenIds, decoderTokens }: DecoderInput,
  tokenizer: Tokenizer,
  { model, decoder }: InputLimits,
  truncate: boolean,
): readonly Token[] | undefined {
  const ids = decoderTokens ? 'decoderTokens' : decoderTokenIds && 'decoderTokenIds';
  const given = targetText === undefined ? ids : 'targetText';
  if (!decoder) {
    if (given === undefined) return undefined;
    throw new PellucidError('bad-input', `${model} has no decoder beside its encoder: leave ${given} out.`);
  }
  const limits = { ...decoder, model, segments: 0 };
  if (targetText !== undefined && decoderTokenIds !== undefined) {
    throw new PellucidError('bad-input', 'Give targetText or decoderTokenIds, not both.');
  }
  if ((decoderTokens ?? decoderTokenIds)?.length === 0) {
    throw new PellucidError('bad-input', 'No decoder token ids are given: at least one is needed.');
  }
  if (decoderTokens) return fitting(decoderTokens, limits, truncate);
  if (decoderTokenIds) return fitting(tokenizer.fromIds(decoderTokenIds), limits, truncate);
  const start = startToken(tokenizer, model, decoder.startId);
  if (targetText === undefined) return fitting(start, limits, truncate);
  if (!truncate) refuseEndless([targetText], tokenizer, limits);
  const encoded = targetText === '' ? [] : tokenizer.encode(targetText, { target: true });
  const own = (token: Token) => !(token.special && token.offsets === null);
  const first = encoded.findIndex(own);
  const before =
    decoder.forcedId === null ? encoded.slice(0, Math.max(0, first)) : tokenizer.fromIds([decoder.forcedId]);
  const text = encoded.slice(Math.max(0, first), encoded.findLastIndex(own) + 1);
  return fitting([...start, ...before, ...text], limits, truncate);
}

/** What the decoder of a classifier reads: the encoder's tokens behind the start token, without the last. */
function readAgain(
  tokens: readonly Token[],
  { targetText }: DecoderInput,
  tokenizer: Tokenizer,
  { model, decoder }: InputLimits,
): readonly Token[] {
  if (targetText !== undefined) {
    throw new PellucidError(
      'bad-input',
      `${model} classifies texts, and its decoder reads the same text again: leave targetText out.`,
    );
  }
  const { startId, endId } = decoder!;
  if (tokens.at(-1)!.id !== endId) {
    throw new PellucidError(
      'bad-input',
      `${model} answers at the end token, id ${endId}, with which a text must end; this one ends with id ${tokens.at(-1)!.id}.`,
    );
  }
  const [start] = startToken(tokenizer, model, startId);
  return [start!, ...tokens.slice(0, -1)];
}

function startToken(tokenizer: Tokenizer, model: string, startId: number | null): readonly Token[] {
  if (startId !== null) return tokenizer.fromIds([startId]);
  throw new PellucidError(
    'bad-input',
    `The config of ${model} names no decoder_start_token_id: give decoderTokenIds, which begin with it.`,
  );
}

function fitting(tokens: readonly Token[], limits: InputLimits, truncate: boolean): readonly Token[] {
  const fitted = fit(tokens, limits, truncate);
  requireKnown(fitted, limits);
  return fitted;
}

function requireKnown(tokens: readonly Token[], { model, vocabularySize }: InputLimits): void {
  const unknown = tokens.find(({ id }) => !Number.isInteger(id) || id < 0 || id >= vocabularySize);
  if (!unknown) return;
  throw new PellucidError(
    'bad-input',
    `Token id ${unknown.id} is outside the vocabulary of ${model}, which has ${vocabularySize} ids.`,
  );
}

/** Refuses, before it is read, a text of so many characters that its tokens cannot fit: reading it may take a minute. */
function refuseEndless(texts: readonly string[], tokenizer: Tokenizer, limits: InputLimits): void {
  // So many tokens at least are never more than units.
  if (texts.join('').length <= limits.contextLength) return;
  const { longestPiece } = tokenizer;
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
