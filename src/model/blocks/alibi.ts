import type { Value } from '../../graph/index.js';
import { tensor } from '../../tensor/index.js';
import type { BuildContext } from '../architecture.js';

/** How a model's linear bias differs from the plain one. */
export interface AlibiVariant {
  /** Factor of the bias; 1 by default. */
  readonly scale?: number;
  /** Whether slopes, positions and products are rounded to bfloat16, as Falcon computes them at any precision. */
  readonly rounded?: boolean;
}

/**
 * Attention with linear biases (Press et al. 2021, https://arxiv.org/abs/2108.12409): what is added to the scores of
 * each head, slope · position of the source, [batch, head, 1, source], sources from the past included. The paper's
 * slope · (source − destination) differs from it by the same number for all sources, which the softmax takes out.
 */
export function alibi(
  context: BuildContext,
  heads: number,
  { scale = 1, rounded = false }: AlibiVariant = {},
): Value {
  const { graph, branches } = context;
  const round = (x: Value) =>
    rounded ? graph.apply('Cast', [graph.apply('Cast', [x], { to: 'BF16' })], { to: 'F32' }) : x;
  const places = branches ? branches.places : countedPlaces(context);
  const slopes = round(graph.constant(tensor('F32', [heads, 1, 1], alibiSlopes(heads))));
  const products = graph.apply('Mul', [graph.apply('Unsqueeze', [round(places)], { axes: [1, 2] }), slopes]);
  return scale === 1 ? round(products) : graph.apply('Mul', [round(products), graph.scalar(scale)]);
}

/** How many tokens stand before each, those from the past among them: [batch, source]. */
function countedPlaces({ graph, inputs, past }: BuildContext): Value {
  const mask = past ? graph.apply('Concat', [past.mask, inputs.mask], { axis: 1 }) : inputs.mask;
  const count = graph.apply('CumSum', [mask], { axis: 1 });
  // 0 for padding, as in transformers; attention sees none of it.
  return graph.apply('Mul', [graph.apply('Sub', [count, graph.scalar(1)]), mask]);
}

/**
 * The slope of each head: powers of 2^(−8 / n) for the largest power of two n that is not above the number of heads,
 * then every other power of 2^(−4 / n) for the heads that are left. The bases are rounded to float32, as in transformers.
 */
export function alibiSlopes(heads: number): Float32Array<ArrayBuffer> {
  const whole = 2 ** Math.floor(Math.log2(heads));
  const [base, between] = [Math.fround(2 ** (-8 / whole)), Math.fround(2 ** (-4 / whole))];
  return Float32Array.from({ length: heads }, (_, head) =>
    head < whole ? base ** (head + 1) : between ** (2 * (head - whole) + 1),
  );
}
