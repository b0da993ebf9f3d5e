import { PellucidError } from './errors.js';
import type { Subject } from './explanations/index.js';
import { type Feature, featuresOfStacks, type StackFeatureOptions } from './features/index.js';
import type { GenerationOptions, Model, ModelInput } from './model/index.js';
import { continuation } from './targets/continuation.js';
import type { Token } from './tensor/index.js';

/** How a prompt goes on. */
export interface ContinuationOptions {
  /** The text that follows, instead of one that the model writes. */
  readonly generated?: string | undefined;
  /** How many tokens are written at most, 20 by default. */
  readonly maxNewTokens?: number | undefined;
  /** How they are drawn; the most probable one each time by default. */
  readonly generation?: Omit<GenerationOptions, 'maxNewTokens' | 'signal' | 'capture'> | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A prompt and what follows it, as one text. */
export interface GeneratedText {
  /** With offsets into the text of the subject, where the prompt has one. */
  readonly tokens: readonly Token[];
  /** Of an encoder-decoder: how many of them, the first ones, its encoder reads. */
  readonly encoderLength: number | undefined;
  readonly promptLength: number;
  readonly subject: Subject;
}

/**
 * A prompt with the text that the model writes, or that it is said to have written.
 * @throws PellucidError `unsupported` for a model that does not go on with texts, `bad-input` where nothing follows.
 */
export async function generatedText(
  model: Model,
  prompt: ModelInput,
  { generated, maxNewTokens = 20, generation = {}, signal }: ContinuationOptions,
): Promise<GeneratedText> {
  if (model.task !== 'causal-lm') throw cannotGoOn(model);
  const cancel = signal ? { signal } : {};
  if (generated !== undefined) {
    const target = { definition: continuation, answers: [generated] };
    const settled = await model.resolveTarget(prompt, target, cancel);
    const run = await model.run(settled.input, { capture: [], ...cancel });
    const last = model.tokenizer.fromIds([Number(settled.target.places!.at(-1)!.answers[0])]);
    const tokens = [...run.tokens, ...(run.decoderTokens ?? []), ...last];
    return asOneText({
      tokens,
      encoderLength: run.decoderTokens && run.tokens.length,
      promptLength: tokens.length - settled.target.places!.length,
      subject: run.subject,
    });
  }
  const { tokens, promptLength, run } = await model.generate(prompt, {
    ...generation,
    maxNewTokens,
    ...cancel,
  });
  if (tokens.length === promptLength) {
    throw new PellucidError('bad-input', `${model.id} writes nothing after this prompt: give another one.`);
  }
  if (!run.decoderTokens)
    return asOneText({ tokens, encoderLength: undefined, promptLength, subject: run.subject });
  const encoderLength = run.tokens.length;
  return asOneText({
    ...{ tokens: [...run.tokens, ...tokens], encoderLength, promptLength: encoderLength + promptLength },
    subject: run.subject,
  });
}

/**
 * An input with tokens behind it that the model wrote, of an encoder-decoder behind its target; their places in the text are known.
 * @throws PellucidError `unsupported` for a model that does not go on with texts.
 */
export async function generatedBehind(
  model: Model,
  prompt: ModelInput,
  ids: readonly number[],
  signal?: AbortSignal,
): Promise<Exclude<ModelInput, string>> {
  if (model.task !== 'causal-lm') throw cannotGoOn(model);
  using run = await model.run(prompt, { capture: [], ...(signal ? { signal } : {}) });
  const before = [...run.tokens, ...(run.decoderTokens ?? [])];
  const { tokens, encoderLength, subject } = asOneText({
    tokens: [...before, ...model.tokenizer.fromIds(ids)],
    encoderLength: run.decoderTokens && run.tokens.length,
    promptLength: before.length,
    subject: run.subject,
  });
  const { text, pair, targetText } = subject;
  const length = encoderLength ?? tokens.length;
  const own = { tokens: tokens.slice(0, length), text, pair };
  return length === tokens.length
    ? own
    : { ...own, decoderTokens: tokens.slice(length), targetText: targetText ?? undefined };
}

function cannotGoOn({ id }: Model): PellucidError {
  return new PellucidError(
    'unsupported',
    `${id} does not go on with a text: explain one of its answers with explain.`,
  );
}

/** Gives the generated tokens their place in the text. */
function asOneText({ tokens, encoderLength, promptLength, subject }: GeneratedText): GeneratedText {
  const whole = encoderLength === undefined;
  // The start token alone is an empty text.
  const given = promptLength === (encoderLength ?? 0) + 1 ? '' : null;
  let text = whole ? subject.text : (subject.targetText ?? given);
  if (text === null || (whole && subject.pair !== null))
    return { tokens, encoderLength, promptLength, subject };
  const placed = tokens.slice(promptLength).map((token): Token => {
    const start = text!.length;
    if (!token.special) text += token.text;
    return { ...token, offsets: token.special ? null : [start, text!.length] };
  });
  return {
    tokens: [...tokens.slice(0, promptLength), ...placed],
    ...{ encoderLength, promptLength },
    subject: { ...subject, ...(whole ? { text } : { targetText: text }) },
  };
}

/** The features of the whole text. */
export function featuresOfText(
  { tokens, encoderLength, subject: { text, pair, targetText = null } }: GeneratedText,
  options: StackFeatureOptions,
): Feature[] {
  return featuresOfStacks({ tokens, encoderLength, text, pair, targetText }, options);
}
