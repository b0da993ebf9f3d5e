import { PellucidError } from './errors.js';
import type { Subject } from './explanations/index.js';
import { type Feature, type FeatureOptions, featuresOf } from './features/index.js';
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
  if (model.task !== 'causal-lm') {
    throw new PellucidError(
      'unsupported',
      `${model.id} does not go on with a text: explain one of its answers with explain.`,
    );
  }
  const cancel = signal ? { signal } : {};
  if (generated !== undefined) {
    const target = { definition: continuation, answers: [generated] };
    const settled = await model.resolveTarget(prompt, target, cancel);
    const run = await model.run(settled.input, { capture: [], ...cancel });
    const last = model.tokenizer.fromIds([Number(settled.target.places!.at(-1)!.answers[0])]);
    const tokens = [...run.tokens, ...last];
    return asOneText({
      tokens,
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
  return asOneText({ tokens, promptLength, subject: run.subject });
}

/** Gives the generated tokens their place in the text. */
function asOneText({ tokens, promptLength, subject }: GeneratedText): GeneratedText {
  if (subject.text === null || subject.pair !== null) return { tokens, promptLength, subject };
  let text = subject.text;
  const placed = tokens.slice(promptLength).map((token): Token => {
    const start = text.length;
    if (!token.special) text += token.text;
    return { ...token, offsets: token.special ? null : [start, text.length] };
  });
  return {
    tokens: [...tokens.slice(0, promptLength), ...placed],
    promptLength,
    subject: { ...subject, text },
  };
}

/** The features of the whole text. */
export function featuresOfText({ tokens, subject }: GeneratedText, options: FeatureOptions): Feature[] {
  return featuresOf({ tokens, text: subject.text, pair: subject.pair }, options);
}
