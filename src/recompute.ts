import { PellucidError } from './errors.js';
import { explain } from './explain.js';
import { explainSteps } from './explain-generation.js';
import type {
  AskedQuestion,
  Attention,
  Attribution,
  ContextReliance,
  Contributions,
  Explanation,
  GenerationAttribution,
  Lens,
  Subject,
  TargetRecord,
} from './explanations/index.js';
import type { FeatureChoice } from './features/index.js';
import {
  type AttentionChoice,
  type DecoderInput,
  type Model,
  type ModelInput,
  patternsOf,
  type Target,
  type TargetDefinition,
} from './model/index.js';
import { inputOf, type Removal } from './question/index.js';
import { readingAgain, readingDifferences } from './recompute-reading.js';
import type { TunedLens } from './residual-stream/index.js';
import { targets } from './targets/index.js';
import type { Token } from './tensor/index.js';

/** How an explanation compares with one that was made again. */
export interface Check {
  /** The largest difference between two numbers of the values. */
  readonly largest: number;
  /** What it may be: 1e-4 of the largest value, at least 1e-4. */
  readonly allowed: number;
  /** What else is not the same, one sentence each. */
  readonly differences: readonly string[];
  readonly same: boolean;
  /** The explanation as it comes out now. */
  readonly now: Explanation;
}

/** Numbers of the same model on other hardware differ by so much, relative to the largest. */
const tolerance = 1e-4;

/**
 * Makes an explanation again from what it says about itself, and compares.
 * @param model the model that it names, opened
 * @param tuned the tuned lens that it was made with, where it was
 * @throws PellucidError `bad-input` where it cannot be made again, and whatever `explain` throws
 */
export async function recompute(
  explanation: Explanation,
  model: Model,
  signal?: AbortSignal,
  tuned?: TunedLens,
): Promise<Check> {
  const now = await again(explanation, model, signal, tuned);
  const differences = [
    ...differing('the weights', explanation.subject.contentHash, now.subject.contentHash),
    ...differing('the tokens', idsOf(explanation), idsOf(now)),
    ...differing('the shape of the values', String(explanation.values.shape), String(now.values.shape)),
    ...differing('the verdict', conclusionOf(explanation), conclusionOf(now)),
    ...readingDifferences(explanation, now, tolerance),
  ];
  const largest = largestDifference(explanation.values.data, now.values.data);
  const allowed =
    tolerance * explanation.values.data.reduce((most, value) => Math.max(most, Math.abs(value)), 1);
  return { largest, allowed, differences, now, same: differences.length === 0 && largest <= allowed };
}

function again(
  explanation: Explanation,
  model: Model,
  signal?: AbortSignal,
  tuned?: TunedLens,
): Promise<Explanation> {
  switch (explanation.kind) {
    case 'attention':
      return attentionAgain(explanation as Attention, model, signal);
    case 'attribution':
      return attributionAgain(explanation as Attribution, model, signal);
    case 'generation-attribution':
    case 'context-reliance':
      return generationAgain(explanation as GenerationAttribution | ContextReliance, model, signal);
    case 'lens': {
      const { subject, tokens } = explanation;
      return readingAgain(explanation as Lens, model, readInput(subject, tokens), { signal, tuned });
    }
    case 'contributions': {
      const found = explanation as Contributions;
      const target = targetAgain(definitionOf(found.target), found.target);
      return readingAgain(found, model, attributionInput(found), { signal, target });
    }
    default:
      throw new PellucidError(
        'bad-input',
        `An explanation of the kind "${explanation.kind}" cannot be made again.`,
      );
  }
}

async function attentionAgain(
  { options, ...rest }: Attention,
  model: Model,
  signal?: AbortSignal,
): Promise<Explanation> {
  const { layer, head } = options;
  const run = await model.run(attentionInput(rest, options.stack), {
    capture: patternsOf(model.dimensions, options.stack).hook(layer ?? '*'),
    answers: 'none',
    ...(signal ? { signal } : {}),
  });
  const choice: AttentionChoice = {
    ...(layer === null ? {} : { layer }),
    ...(head === null ? {} : { head }),
    stack: options.stack,
  };
  return run.attention(choice);
}

async function attributionAgain(
  { method, options, question, target, verdict, ...rest }: Attribution,
  model: Model,
  signal?: AbortSignal,
): Promise<Explanation> {
  const definition = definitionOf(target);
  return explain(model, attributionInput({ ...rest, target }), {
    ...{ method, options, signal },
    target: targetAgain(definition, target),
    features: choiceOf(question.features),
    special: question.special,
    stack: question.stack,
    removal: question.removal as Removal,
    seed: question.seed,
    verdict: verdict === null ? 'off' : verdict.measures.length > 3 ? 'full' : 'quick',
  });
}

/** Each row again, for the same tokens and features; which tokens rely on a context is not found again. */
async function generationAgain(
  explanation: GenerationAttribution | ContextReliance,
  model: Model,
  signal?: AbortSignal,
): Promise<Explanation> {
  const { method, options, subject, tokens, encoderLength, promptLength, features, generated } = explanation;
  const { seed, removal, ...own } = options as { readonly seed: number; readonly removal: Removal };
  const prompt = inputOf({ tokens: tokens.slice(0, promptLength), encoderLength });
  const { contentHash } = (await model.run(prompt, { capture: [], ...(signal ? { signal } : {}) })).subject;
  const now = await explainSteps({
    ...{ model, method, options: own, removal, seed, signal, features },
    text: { tokens, encoderLength, promptLength, subject: { ...subject, contentHash } },
    targets: generated.map(({ target }) => (target ? targetAgain(definitionOf(target), target) : undefined)),
  });
  return { ...explanation, ...now };
}

/** @throws PellucidError `not-found` for the name of a target that there is not */
function definitionOf({ name }: TargetRecord): TargetDefinition {
  const definition = targets.find((each) => each.name === name);
  if (definition) return definition;
  throw new PellucidError('not-found', `There is no target "${name}" in this Pellucid.`);
}

function targetAgain(definition: TargetDefinition, { answers, position, places }: TargetRecord): Target {
  if (definition.reads === 'comparison') {
    throw new PellucidError(
      'bad-input',
      `A target that compares with another run ("${definition.name}") cannot be read again.`,
    );
  }
  const ids = answers.map(({ id }) => id);
  if (!places) return { definition, answers: ids, position: position ?? undefined };
  const each = ids.length / places.length;
  const parts = places.map((at, i) => ({ position: at, answers: ids.slice(i * each, (i + 1) * each) }));
  return { definition, answers: [], places: parts };
}

/** The input that an attribution is about; what a target has put behind the text is there as tokens. */
function attributionInput({
  subject,
  tokens,
  encoderLength,
  target,
}: Pick<Attribution, 'subject' | 'tokens' | 'encoderLength' | 'target'>): ModelInput {
  const continued = target.places !== undefined;
  const { text, pair } = subject;
  if (encoderLength === undefined) return continued ? { tokens, text, pair } : readInput(subject, tokens);
  const decoderTokens = tokens.slice(encoderLength);
  if (!continued)
    return { ...readInput(subject, tokens.slice(0, encoderLength)), ...targetInput(subject, decoderTokens) };
  const targetText = subject.targetText ?? undefined;
  return { tokens: tokens.slice(0, encoderLength), text, pair, decoderTokens, targetText };
}

/** The input that an attention is about. */
function attentionInput(
  { subject, tokens, destinationTokens }: Pick<Attention, 'subject' | 'tokens' | 'destinationTokens'>,
  stack: Attention['options']['stack'],
): ModelInput {
  if (stack === undefined) return readInput(subject, tokens);
  if (stack !== 'decoder')
    return { ...readInput(subject, tokens), ...targetInput(subject, destinationTokens) };
  if (subject.text !== null) return { ...readInput(subject, []), ...targetInput(subject, tokens) };
  throw new PellucidError(
    'bad-input',
    'Attention within a decoder cannot be made again without the text that its encoder read.',
  );
}

function readInput({ text, pair }: Subject, tokens: readonly Token[]): Exclude<ModelInput, string> {
  if (text === null) return { tokenIds: tokens.map(({ id }) => id) };
  return pair === null ? { text } : { text, pair };
}

/** What a decoder read: a text, or tokens; the start token alone where neither is known. */
function targetInput({ targetText }: Subject, tokens?: readonly Token[]): DecoderInput {
  if (typeof targetText === 'string') return { targetText };
  return tokens ? { decoderTokenIds: tokens.map(({ id }) => id) } : {};
}

function choiceOf(features: AskedQuestion['features']): FeatureChoice {
  return typeof features === 'object' && 'pattern' in features
    ? new RegExp(features.pattern, features.flags)
    : features;
}

function conclusionOf(explanation: Explanation): string {
  return (explanation as Partial<Attribution>).verdict?.conclusion ?? 'none';
}

function idsOf({ tokens }: Explanation): string {
  return tokens.map(({ id }) => id).join();
}

function differing(what: string, before: string, now: string): string[] {
  return before === now ? [] : [`${what}: ${shortened(before)} then, ${shortened(now)} now`];
}

function shortened(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

function largestDifference(a: Float32Array, b: Float32Array): number {
  return a.reduce(
    (most, value, i) => Math.max(most, Math.abs(value - (b[i] ?? Number.POSITIVE_INFINITY))),
    0,
  );
}
