import { PellucidError } from '../../errors.js';
import type { Value } from '../../graph/index.js';
import type { BuildContext } from '../architecture.js';

/** Names and sizes of a convolution over the tokens of a text. */
export interface TokenConvolution {
  /** Name of the weights: `weight`, [width, width / groups, kernel], and `bias`, [width]. */
  readonly weights: string;
  readonly width: number;
  /** How many tokens it sees: odd, as many on either side. */
  readonly kernel: number;
  /** In how many groups of features, each of which sees only itself. */
  readonly groups: number;
}

/**
 * A convolution over the tokens of a text, zeros beyond its ends and in its padding: [batch, position, width] → the same.
 * Each token of the kernel is a product with a matrix that shifts tokens, and one with the weights.
 * @throws PellucidError `unsupported` for an even kernel, `bad-checkpoint` for groups that do not fit.
 */
export function tokenConvolution(context: BuildContext, x: Value, convolution: TokenConvolution): Value {
  const { graph, config, weights } = context;
  const { weights: name, width, kernel, groups } = convolution;
  config.requireDivisible('hidden_size', width, 'conv_groups', groups);
  if (kernel % 2 === 0) {
    throw new PellucidError(
      'unsupported',
      `config.json of ${config.where} sets conv_kernel_size to ${kernel}, and Pellucid supports only odd ones.`,
    );
  }
  const own = width / groups;
  const stored = weights.float(`${name}.weight`, [width, own, kernel]);
  const parts = graph.applyAll('Split', [x], { axis: -1, sizes: Array.from({ length: groups }, () => own) });
  let sum: Value | undefined;
  for (let token = 0; token < kernel; token++) {
    const shift = shifted(context, token - (kernel - 1) / 2);
    const matrix = graph.apply(
      'Squeeze',
      [graph.apply('Slice', [stored], { axis: 2, start: token, end: token + 1 })],
      {
        axes: [2],
      },
    ); // [width, own]
    const made = parts.map((part, group) => {
      const rows = graph.apply('Slice', [matrix], { axis: 0, start: group * own, end: (group + 1) * own });
      return graph.apply('FusedMatMul', [part, rows], { transB: 1 });
    });
    const joined = groups === 1 ? made[0]! : graph.apply('Concat', made, { axis: -1 });
    const moved = graph.apply('MatMul', [shift, joined]);
    sum = sum ? graph.apply('Add', [sum, moved]) : moved;
  }
  return graph.apply('Add', [sum!, weights.float(`${name}.bias`, [width])]);
}

/** 1 where the source is the token `by` places behind the destination, [batch, destination, source]. */
function shifted({ graph, inputs }: BuildContext, by: number): Value {
  const places = graph.apply('Cast', [inputs.positions], { to: 'F32' });
  const destination = graph.apply('Add', [
    graph.apply('Unsqueeze', [places], { axes: [2] }),
    graph.scalar(by),
  ]);
  const here = graph.apply('Equal', [destination, graph.apply('Unsqueeze', [places], { axes: [1] })]);
  const real = graph.apply('Unsqueeze', [inputs.mask], { axes: [1] });
  return graph.apply('Mul', [graph.apply('Cast', [here], { to: 'F32' }), real]);
}
