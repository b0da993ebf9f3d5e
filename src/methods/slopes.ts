import { PellucidError } from '../errors.js';
import {
  embeddingHooks,
  givenEmbeddings,
  inputOf,
  joinedEmbeddings,
  type Question,
  removeAt,
} from '../question/index.js';
import { tensor } from '../tensor/index.js';

/** Tokens in one batch: long enough to keep the processor busy, short enough for its caches and memory. */
const tokensAtOnce = 1024;

/** Points of a hook point's value at which the target and its slope are wanted. */
export interface SlopesRequest {
  /** The embeddings of all tokens by default. */
  readonly hook?: string;
  /** Shape of the value, without the batch. */
  readonly shape: readonly number[];
  readonly count: number;
  /** Writes the value of a point into `row`; called once for each, in order. */
  point(index: number, row: Float32Array): void;
  /** Is told the target and its slope at a point, in order. The slope is only valid during the call. */
  visit(index: number, value: number, slope: Float32Array): void;
}

/**
 * The target and its derivative at many points, some of them side by side. What stands before the hook point is not
 * computed, and no other derivative than this one.
 * @throws PellucidError `non-finite`, `cancelled`
 */
export async function visitSlopes(question: Question, request: SlopesRequest): Promise<void> {
  const { model, tokens, target, signal, onProgress } = question;
  const { hook, shape, count } = request;
  const of = hook ?? embeddingHooks(model);
  const input = inputOf(question);
  const size = shape.reduce((a, b) => a * b, 1);
  const most = Math.max(1, Math.floor(tokensAtOnce / tokens.length));
  for (let start = 0; start < count; start += most) {
    const rows = Math.min(most, count - start);
    const data = new Float32Array(rows * size);
    for (let i = 0; i < rows; i++) request.point(start + i, data.subarray(i * size, (i + 1) * size));
    const runs = await model.runBatch(
      Array.from({ length: rows }, () => input),
      {
        ...{ capture: [], answers: 'none' as const, gradient: { target, of } },
        given: hook
          ? { [hook]: tensor('F32', [rows, ...shape], data) }
          : givenEmbeddings(question, rows, data),
        ...(signal ? { signal } : {}),
      },
    );
    for (const [i, run] of runs.entries()) {
      const slope = hook
        ? (run.gradient(hook).data as Float32Array)
        : joinedEmbeddings(model, (each) => run.gradient(each));
      request.visit(start + i, run.target.value, slope);
    }
    onProgress?.({ done: start + rows, total: count, part: 'passes' });
  }
}

/** The embeddings of a question, [position, width]. */
export function embeddingShape({ embeddings, tokens }: Question): readonly [number, number] {
  return [tokens.length, embeddings.length / tokens.length];
}

/** The slope at the input itself, [position, width]. */
export async function slopeOf(question: Question): Promise<Float32Array> {
  let slope = new Float32Array();
  await visitSlopes(question, {
    shape: embeddingShape(question),
    count: 1,
    point: (_, row) => row.set(question.embeddings),
    visit: (_, __, found) => {
      slope = found.slice();
    },
  });
  return slope;
}

/** Where paths begin: the embeddings of the question with every feature replaced, and what they are. */
export interface PathStart {
  readonly embeddings: Float32Array;
  readonly removal: string;
  readonly description: string;
}

/**
 * The beginning of a path: what the question's removal puts in place of every feature, or the tokens of another text, which
 * the encoder of an encoder-decoder reads while its decoder's tokens stay.
 * Tokens that are no features keep their own embeddings, so that the scores of the features add up to the whole.
 * @throws PellucidError `bad-input` for a text of another number of tokens.
 */
export async function pathStart(question: Question, text?: string): Promise<PathStart> {
  const { model, tokens, features, removal, signal } = question;
  const embeddings = question.embeddings.slice();
  const [, width] = embeddingShape(question);
  const positions = features.flatMap((feature) => feature.positions);
  if (text === undefined) {
    removeAt(question, embeddings, positions);
    return { embeddings, removal: removal.name, description: removal.description };
  }
  const { decoderTokens } = inputOf(question);
  const run = await model.run(
    // A decoder that reads the input again reads the baseline again too.
    question.rereads ? { text } : { text, decoderTokens },
    { capture: embeddingHooks(model), answers: 'none', ...(signal ? { signal } : {}) },
  );
  const wanted = question.encoderLength ?? tokens.length;
  if (run.tokens.length !== wanted) {
    throw new PellucidError(
      'bad-input',
      `The baseline ${JSON.stringify(text)} has ${run.tokens.length} tokens, and the input ${wanted}: give a text with equally many.`,
    );
  }
  const other = joinedEmbeddings(model, (hook) => run.activation(hook));
  for (const position of positions) {
    embeddings.set(other.subarray(position * width, (position + 1) * width), position * width);
  }
  return { embeddings, removal: 'text', description: `the text ${JSON.stringify(text)}` };
}

/** Below this a distance is rounding. */
const noDistance = 1e-6;

/**
 * Why slopes at the input say nothing; undefined where they may: what is compared with itself is as near as can be, and a
 * distance has no slope at its least. Rounding would be drawn as an answer.
 */
export function refuseAtMinimum(title: string, { target, record }: Question): string | undefined {
  const { reads, needs, name } = target.definition;
  if (reads !== 'comparison' || needs !== 'distribution' || Math.abs(record.value) > noDistance)
    return undefined;
  return `${title} reads a slope at the input, and "${name}" of an input from itself has none there: use occlusion or integrated-gradients, or compare with another text.`;
}

/** Why a path cannot begin where features are hidden or left out; undefined where it can. */
export function refusePath(title: string, { removal }: Question): string | undefined {
  if (removal.embeddings) return undefined;
  return `${title} goes along a path between embeddings, so it cannot ${removal.name} features: use the removal mask, zero or mean, or the method occlusion.`;
}
