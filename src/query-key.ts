import { PellucidError } from './errors.js';
import type { QueryKey } from './explanations/index.js';
import { type Model, type ModelInput, patternsOf, type Stack } from './model/index.js';
import { type Tensor, tensor } from './tensor/index.js';

/** Which head is taken apart. */
export interface QueryKeyOptions {
  /** Counted from 0. */
  readonly layer: number;
  readonly head: number;
  /** Of an encoder-decoder: `cross` by default. */
  readonly stack?: Stack | undefined;
  readonly truncate?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Differences below this share of the largest score are rounding. */
const rounding = 1e-4;

/**
 * How the weights of one head come about: queries, keys, what their products come to, what is added to them for the distance,
 * and the softmax. What is added is what the scores are where the queries are zero, so that nothing needs to be known of the
 * architecture.
 * @throws PellucidError `not-found` for a head that is not there; else as `model.run`.
 * @example
 * const { query, key, scores, scale } = await queryKey(model, 'Anna met Tom.', { layer: 0, head: 1 });
 */
export async function queryKey(
  model: Model,
  input: ModelInput,
  { layer, head, stack: wanted, truncate = false, signal }: QueryKeyOptions,
): Promise<QueryKey> {
  const patterns = patternsOf(model.dimensions, wanted);
  const { stack, heads, layers } = patterns;
  if (!(layer < layers && head < heads)) {
    throw new PellucidError(
      'not-found',
      `There is no head ${head} in layer ${layer}: there are ${layers} layers of ${heads} heads, counted from 0.`,
    );
  }
  const hookOf = (name: string) => patterns.hook(layer).replace(/hook_pattern$/, name);
  const has = (name: string) => model.hooks.includes(hookOf(name));
  const rotated = has('hook_rot_q');
  const [q, k] = rotated ? ['hook_rot_q', 'hook_rot_k'] : ['hook_q', 'hook_k'];
  const placed = has('hook_position_scores');
  const names = [q!, k!, 'hook_attn_scores', 'hook_pattern', ...(placed ? ['hook_position_scores'] : [])];
  const limits = { answers: 'none', truncate, signal } as const;
  using run = await model.run(input, { ...limits, capture: names.map(hookOf) });
  const weights = run.attention({ layer, head, ...(stack === undefined ? {} : { stack }) });
  const [rows, columns] = weights.values.shape as [number, number];
  const whole = ofHead(run.activation(hookOf('hook_attn_scores')), head);
  const added = placed
    ? ofHead(run.activation(hookOf('hook_position_scores')), head)
    : await scoresOfNothing();

  /** The scores where the queries are zero. */
  async function scoresOfNothing(): Promise<Float32Array> {
    const { shape } = run.activation(hookOf(q!));
    const nothing = tensor('F32', shape, new Float32Array(shape.reduce((a, b) => a * b, 1)));
    using empty = await model.run(input, {
      ...{ ...limits, capture: hookOf('hook_attn_scores'), given: { [hookOf(q!)]: nothing } },
    });
    return ofHead(empty.activation(hookOf('hook_attn_scores')), head);
  }

  const allowed = whole.map((score) => Number(score > Number.NEGATIVE_INFINITY));
  const bias = added.map((score, i) => (allowed[i] === 1 ? score : 0));
  const query = vectorsOf(run.activation(hookOf(q!)), head, heads);
  const key = vectorsOf(run.activation(hookOf(k!)), head, heads);
  const products = productsOf(query, key);
  const scale = scaleOf(whole, bias, products);
  // What a destination may not look at has no score of the model's own; its product with the same scale is as good.
  const scores = whole.map((score, i) => (allowed[i] === 1 ? score - bias[i]! : products[i]! * (scale ?? 0)));
  const grid = (data: Float32Array) => tensor('F32', [rows, columns], data, ['destination', 'source']);
  return {
    ...{ ...weights, kind: 'query-key', method: 'query-key' },
    options: { layer, head, ...(stack === undefined ? {} : { stack }) },
    query: { ...query, axes: ['destination', 'feature'] },
    key: { ...key, axes: ['source', 'feature'] },
    scores: grid(scores),
    bias: grid(bias),
    allowed: grid(allowed),
    ...{ scale, rotated },
  };
}

/** One head of [head, destination, source]. */
function ofHead({ shape, data }: Tensor, head: number): Float32Array {
  const size = shape[1]! * shape[2]!;
  return (data as Float32Array).slice(head * size, (head + 1) * size);
}

/** The vectors of a head, [position, width], from [position, head or group of heads, width]. */
function vectorsOf({ shape, data }: Tensor, head: number, heads: number): Tensor<'F32'> {
  const [positions, groups, width] = shape as [number, number, number];
  const group = Math.floor((head * groups) / heads);
  const own = new Float32Array(positions * width);
  for (let position = 0; position < positions; position++) {
    const from = (position * groups + group) * width;
    own.set((data as Float32Array).subarray(from, from + width), position * width);
  }
  return tensor('F32', [positions, width], own);
}

/** q · k for each destination and source, row-major. */
function productsOf(query: Tensor<'F32'>, key: Tensor<'F32'>): Float64Array {
  const [rows, width] = query.shape as [number, number];
  const columns = key.shape[0]!;
  const products = new Float64Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      let sum = 0;
      for (let i = 0; i < width; i++) sum += query.data[row * width + i]! * key.data[column * width + i]!;
      products[row * columns + column] = sum;
    }
  }
  return products;
}

/** The factor between products and scores, by least squares; null where no factor makes the one the other. */
function scaleOf(whole: Float32Array, bias: Float32Array, products: Float64Array): number | null {
  let [together, squares, largest] = [0, 0, 0];
  const each = (visit: (score: number, product: number) => void) => {
    for (const [i, score] of whole.entries())
      if (score > Number.NEGATIVE_INFINITY) visit(score - bias[i]!, products[i]!);
  };
  each((score, product) => {
    together += score * product;
    squares += product * product;
    largest = Math.max(largest, Math.abs(score));
  });
  if (squares === 0) return null;
  const scale = together / squares;
  let error = 0;
  each((score, product) => {
    error = Math.max(error, Math.abs(score - scale * product));
  });
  return error <= rounding * Math.max(1, largest) ? scale : null;
}
