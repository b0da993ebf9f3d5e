import type { AskedQuestion, Subject, TargetRecord } from '../explanations/index.js';
import { type Feature, type FeatureChoice, type FeatureStack, featuresOfStacks } from '../features/index.js';
import type { Model, ModelInput, Progress, Target } from '../model/index.js';
import type { Token } from '../tensor/index.js';
import { embeddingHooks } from './embeddings.js';
import { type KnownRemoval, type Removal, resolveRemoval } from './removal.js';
import { joinedEmbeddings, type Sequence } from './sequence.js';

/** What is asked about an input. */
export interface QuestionOptions {
  /** The scalar to be explained. */
  readonly target: Target;
  /** What gets a score: tokens by default. */
  readonly features?: FeatureChoice | undefined;
  /** Of an encoder-decoder: whose tokens are features; by default those of its encoder and those of its decoder. */
  readonly stack?: FeatureStack | undefined;
  /** Whether special tokens are features too; they are kept out, and kept in the text, by default. */
  readonly special?: boolean | undefined;
  /** How features are taken away; by the mask token where there is one, else by zeros. */
  readonly removal?: Removal | undefined;
  /** Decides every random choice: the same seed gives the same numbers. 0 by default. */
  readonly seed?: number | undefined;
  readonly truncate?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

/** A question that a method can work on: everything is resolved, so that each pass asks the same. */
export interface Question extends Sequence {
  readonly model: Model;
  readonly subject: Subject;
  /** Whether the decoder reads the encoder's text again, so that each feature is in both readings. */
  readonly rereads: boolean;
  /** With the ids of its answers and its position. */
  readonly target: Target;
  /** The same, for people, with its value for the whole input. */
  readonly record: TargetRecord;
  readonly features: readonly Feature[];
  /** How the question was asked, as it is kept with the answer. */
  readonly asked: AskedQuestion;
  readonly removal: KnownRemoval;
  /** The embeddings of all tokens, F32 [position, width]. */
  readonly embeddings: Float32Array;
  readonly seed: number;
  readonly signal: AbortSignal | undefined;
  readonly onProgress: ((progress: Progress) => void) | undefined;
}

/**
 * Resolves a question: the input is run once, so that "the model's own best answer" is one answer from here on.
 * @throws PellucidError as `model.run`; `bad-input` where the input has no such features or the model no such removal.
 */
export async function ask(model: Model, input: ModelInput, options: QuestionOptions): Promise<Question> {
  const { features: by, special, stack, seed = 0, signal, onProgress, truncate = false } = options;
  const cancel = signal ? { signal } : {};
  const settled = await model.resolveTarget(input, options.target, { truncate, ...cancel });
  const run = await model.run(settled.input, {
    capture: embeddingHooks(model),
    gradient: { target: settled.target, of: [] },
    truncate,
    ...cancel,
  });
  const { subject, target: record, decoderTokens } = run;
  const encoderLength = decoderTokens && run.tokens.length;
  const tokens = [...run.tokens, ...(decoderTokens ?? [])];
  // What the target itself has put behind the text is no part of what is explained.
  const own = tokens.slice(0, tokens.length - settled.continued);
  const { targetText = null } = subject;
  const rereads = readsAgain(model, own, encoderLength);
  const features = featuresOfStacks(
    { ...subject, tokens: own, encoderLength, targetText, rereads },
    { by, special, stack },
  );
  const removal = await resolveRemoval(model, options.removal, signal);
  return {
    asked: {
      ...{ features: choiceAsData(by), special: special ?? false, removal: removal.name, seed },
      ...(stack ? { stack } : {}),
    },
    ...{ model, subject, tokens, encoderLength, rereads, record, features, seed, signal, onProgress },
    target: sameAgain(settled.target, record),
    removal,
    embeddings: joinedEmbeddings(model, (hook) => run.activation(hook)),
  };
}

/** Whether the decoder reads what the encoder reads, as that of a classifier does unless it is given something else. */
function readsAgain({ dimensions }: Model, tokens: readonly Token[], encoderLength = 0): boolean {
  if (!dimensions.decoder?.rereads) return false;
  const [, ...again] = tokens.slice(encoderLength);
  return again.length === encoderLength - 1 && again.every(({ id }, i) => id === tokens[i]!.id);
}

/** The target with the ids and positions that were read, so that each pass asks the same. */
function sameAgain(
  { definition, reference, places }: Target,
  { answers, position, ...record }: TargetRecord,
): Target {
  const ids = answers.map(({ id }) => id);
  if (!places) return { definition, answers: ids, position: position ?? undefined, reference };
  const positions = record.places ?? [position!];
  const each = ids.length / positions.length;
  return {
    ...{ definition, answers: [], reference },
    places: positions.map((at, i) => ({ position: at, answers: ids.slice(i * each, (i + 1) * each) })),
  };
}

function choiceAsData(by: FeatureChoice = 'tokens'): AskedQuestion['features'] {
  return by instanceof RegExp ? { pattern: by.source, flags: by.flags } : by;
}
