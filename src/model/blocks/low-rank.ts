import { PellucidError } from '../../errors.js';
import type { Value } from '../../graph/index.js';
import type { BuildContext } from '../architecture.js';

/** A dense layer before its bias is added. */
export interface DenseProduct {
  /** [batch, position, from]. */
  readonly x: Value;
  /** x · Wᵀ, [batch, position, to]. */
  readonly product: Value;
  /** W, [to, from]. */
  readonly matrix: Value;
  /** Whether W is stored as [from, to]. */
  readonly turned?: boolean;
}

/**
 * A dense layer with what an adapter adds: x · Wᵀ + s · (x · Aᵀ) · Bᵀ (LoRA, Hu et al. 2021,
 * https://arxiv.org/abs/2106.09685), so that the base's weights stay where they are. With magnitudes m, each output is
 * multiplied by m / ‖W + s · B · A‖ of its row (DoRA, Liu et al. 2024, https://arxiv.org/abs/2402.09353).
 */
export function withUpdate(context: BuildContext, name: string, dense: DenseProduct): Value {
  const { graph, weights } = context;
  const update = weights.update(name);
  if (!update) return dense.product;
  const { x, product, matrix, turned = false } = dense;
  const [from, to] = [x.shape.at(-1) as number, product.shape.at(-1) as number];
  const { scale } = update;
  const rank = update.a.shape[0]!;
  const a = weights.part(name, update.a, [rank, from]);
  const b = weights.part(name, update.b, [to, rank]);
  const low = graph.apply('FusedMatMul', [x, a], { transB: 1 });
  let more = graph.apply('FusedMatMul', [low, b], { transB: 1, alpha: scale });
  if (update.bias) {
    const bias = graph.apply('Mul', [weights.part(name, update.bias, [to]), graph.scalar(scale)]);
    more = graph.apply('Add', [more, bias]);
  }
  const sum = graph.apply('Add', [product, more]);
  if (!update.magnitude) return sum;
  const change = turned
    ? graph.apply('FusedMatMul', [a, b], { transA: 1, transB: 1, alpha: scale })
    : graph.apply('FusedMatMul', [b, a], { alpha: scale });
  const whole = graph.apply('Add', [matrix, change]);
  const squares = graph.apply('ReduceSum', [graph.apply('Mul', [whole, whole])], {
    axes: [turned ? 0 : 1],
    keepdims: 0,
  });
  const magnitude = weights.part(name, update.magnitude, [to]);
  return graph.apply('Mul', [sum, graph.apply('Div', [magnitude, graph.apply('Sqrt', [squares])])]);
}

/** Rows of a table, embedded: [batch, position, width], with what an adapter adds to them: s · A[:, index] · Bᵀ. */
export function withEmbeddingUpdate(
  context: BuildContext,
  name: string,
  indices: Value,
  embedded: Value,
  rows: number,
): Value {
  const { graph, weights } = context;
  const update = weights.update(name);
  if (!update) return embedded;
  const rank = update.a.shape[0]!;
  const a = weights.part(name, update.a, [rank, rows]);
  const b = weights.part(name, update.b, [embedded.shape.at(-1) as number, rank]);
  const low = graph.apply('Gather', [graph.apply('Transpose', [a], { perm: [1, 0] }), indices], { axis: 0 });
  return graph.apply('Add', [
    embedded,
    graph.apply('FusedMatMul', [low, b], { transB: 1, alpha: update.scale }),
  ]);
}

/**
 * Refuses an adapter with a token table of its own where the output shares the base's: which of the two the output
 * takes then depends on how the adapter was trained.
 */
export function requireSharedTable({ weights, config }: BuildContext, table: string): void {
  if (!weights.replaces(table)) return;
  throw new PellucidError(
    'unsupported',
    `The adapter on ${config.where} has a token table of its own (modules_to_save), which the output shares: it must save its output too.`,
  );
}
