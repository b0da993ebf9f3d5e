import type { Value } from '../../graph/index.js';
import type { BuildContext } from '../architecture.js';
import { activation } from './activation.js';
import { type AttentionShape, attention } from './attention.js';
import { layerNorm } from './layer-norm.js';
import { linear } from './linear.js';
import { plainMlp } from './plain-mlp.js';
import { postNormBlock } from './post-norm-block.js';

/** Full names of a block's weights, without `.weight` and `.bias`. */
export interface EncoderBlockNames {
  readonly query: string;
  readonly key: string;
  readonly value: string;
  readonly attentionOutput: string;
  readonly ln1: string;
  readonly mlpInput: string;
  readonly mlpOutput: string;
  readonly ln2: string;
}

/** Sizes of a block. */
export interface EncoderBlock {
  readonly names: EncoderBlockNames;
  readonly width: number;
  readonly heads: number;
  readonly inner: number;
  readonly epsilon: number;
  /** Config key of the MLP's activation, and its default. */
  readonly activation: readonly [key: string, fallback: string];
  /** Factor of q · k, 1 / √(width / heads) by default. */
  readonly scale?: number;
  /** What is added to the scores for the places of queries and keys: see {@link AttentionShape.relative}. */
  readonly relative?: AttentionShape['relative'];
}

/** Names as BERT's family has them, for the layer under `prefix`, e.g. `encoder.layer.0`. */
export function bertBlockNames(prefix: string): EncoderBlockNames {
  return {
    query: `${prefix}.attention.self.query`,
    key: `${prefix}.attention.self.key`,
    value: `${prefix}.attention.self.value`,
    attentionOutput: `${prefix}.attention.output.dense`,
    ln1: `${prefix}.attention.output.LayerNorm`,
    mlpInput: `${prefix}.intermediate.dense`,
    mlpOutput: `${prefix}.output.dense`,
    ln2: `${prefix}.output.LayerNorm`,
  };
}

/** Old files call the weights of LayerNorms gamma and beta. */
export function renameOldNorms(name: string): string {
  return name.replace(/LayerNorm\.gamma$/, 'LayerNorm.weight').replace(/LayerNorm\.beta$/, 'LayerNorm.bias');
}

/**
 * A block of BERT's family: {@link postNormBlock} with plain attention and an MLP of two layers, all with biases.
 * `bias` is what is added to the scores. [batch, position, width] → the same.
 */
export function encoderBlock(
  context: BuildContext,
  layer: number,
  input: Value,
  bias: Value,
  block: EncoderBlock,
): Value {
  const { names, width, heads, inner, epsilon } = block;
  const hook = `blocks.${layer}`;
  const square = { from: width, to: width };
  const headWidth = width / heads;
  const { scale = 1 / Math.sqrt(headWidth), relative } = block;
  const norm = (part: 'ln1' | 'ln2') => (x: Value) =>
    layerNorm(context, x, { weights: names[part], hook: `${hook}.${part}` }, width, epsilon);
  return postNormBlock(context, layer, input, {
    attention: (x) => {
      const [q, k, v] = (['query', 'key', 'value'] as const).map((part) =>
        linear(context, x, names[part], square),
      );
      const shape = { heads, headWidth, scale, relative };
      const z = attention(context, `${hook}.attn`, q!, k!, v!, bias, shape);
      return linear(context, z, names.attentionOutput, square);
    },
    ln1: norm('ln1'),
    mlp: (x) =>
      plainMlp(context, x, {
        weights: [names.mlpInput, names.mlpOutput],
        hook: `${hook}.mlp`,
        width,
        inner,
        activation: (y) => activation(context, ...block.activation, y),
      }),
    ln2: norm('ln2'),
  });
}
