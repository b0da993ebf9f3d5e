import type { GivenValues, Model, ModelInput } from '../model/index.js';
import { type Tensor, type Token, tensor } from '../tensor/index.js';
import { embeddingHooks } from './embeddings.js';
import type { KnownRemoval } from './removal.js';

/** Tokens that a model reads, in one list: of an encoder-decoder those of its encoder, then those of its decoder. */
export interface Sequence {
  readonly tokens: readonly Token[];
  /** How many of them are the encoder's; undefined where the model has one stack. */
  readonly encoderLength: number | undefined;
}

/** The list as an input of the model. @param hidden positions that no token may look at */
export function inputOf(
  { tokens, encoderLength }: Sequence,
  hidden: readonly number[] = [],
): Exclude<ModelInput, string> {
  if (encoderLength === undefined) return { tokens, hidden };
  return {
    tokens: tokens.slice(0, encoderLength),
    hidden: hidden.filter((position) => position < encoderLength),
    decoderTokens: tokens.slice(encoderLength),
    decoderHidden: hidden.flatMap((position) => (position < encoderLength ? [] : position - encoderLength)),
  };
}

/** Values at the embeddings of all tokens, [position, width] in row-major order, from those at each hook point. */
export function joinedEmbeddings(model: Model, valueAt: (hook: string) => Tensor): Float32Array {
  const parts = embeddingHooks(model).map((hook) => valueAt(hook).data as Float32Array);
  if (parts.length === 1) return parts[0]!;
  const joined = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let start = 0;
  for (const part of parts) {
    joined.set(part, start);
    start += part.length;
  }
  return joined;
}

/** Embeddings of several rows, [row, position, width], as values that are given to runs of the question's input. */
export function givenEmbeddings(
  { model, tokens, encoderLength }: Sequence & { readonly model: Model },
  rows: number,
  data: Float32Array,
): GivenValues {
  const width = data.length / rows / tokens.length;
  const [first, second] = embeddingHooks(model);
  if (encoderLength === undefined) return { [first!]: tensor('F32', [rows, tokens.length, width], data) };
  const part = (from: number, to: number) => {
    const size = (to - from) * width;
    const own = new Float32Array(rows * size);
    for (let row = 0; row < rows; row++) {
      const start = (row * tokens.length + from) * width;
      own.set(data.subarray(start, start + size), row * size);
    }
    return tensor('F32', [rows, to - from, width], own);
  };
  return { [first!]: part(0, encoderLength), [second!]: part(encoderLength, tokens.length) };
}

/** Puts what the removal puts in the place of features at some positions of embeddings, [position, width]. */
export function removeAt(
  { removal, encoderLength = Number.POSITIVE_INFINITY }: Sequence & { readonly removal: KnownRemoval },
  embeddings: Float32Array,
  positions: readonly number[],
): void {
  for (const position of positions) {
    const instead = removal.embeddings![position < encoderLength ? 0 : 1]!;
    embeddings.set(instead, position * instead.length);
  }
}
