import type { Value } from '../../graph/index.js';
import type { BuildContext, Dimensions } from '../architecture.js';
import { decoderHead, tokenTable } from './decoder-head.js';
import { embedding } from './embedding.js';
import { preNormBlock } from './pre-norm-block.js';
import { type RmsNormVariant, rmsNorm } from './rms-norm.js';

/** Where the weights and the hook points of a part of a block are, and of which block. */
export interface PartNames {
  /** Prefix of the weights, e.g. `layers.0.self_attn`. */
  readonly weights: string;
  /** Prefix of the hook points, e.g. `blocks.0.attn`. */
  readonly hook: string;
}

/** What the decoders of Llama's family have of their own. */
export interface RmsNormDecoder {
  readonly sizes: Dimensions;
  /** Of the norms. */
  readonly epsilon: number;
  /** The attention and the MLP of a layer, [batch, position, width] → the same. */
  readonly attention: (x: Value, names: PartNames, layer: number) => Value;
  readonly mlp: (x: Value, names: PartNames, layer: number) => Value;
  /** Default of `tie_word_embeddings`; false by default. */
  readonly tied?: boolean;
  /** How the norms differ from the plain ones. */
  readonly norm?: RmsNormVariant;
  /** Whether attention and MLP have a norm behind them too, as in Gemma 2. */
  readonly sandwich?: boolean;
  /** Factors of the embeddings, and of what attention and MLP add. */
  readonly embeddingScale?: number;
  readonly multiplier?: number;
  /** What is done with the logits. */
  readonly finish?: (logits: Value) => Value;
}

/**
 * A whole decoder as Llama is built (Touvron et al. 2023, https://arxiv.org/abs/2302.13971, §2.2): embeddings, blocks
 * with an RMSNorm before attention and before the MLP, a last norm and the head. Hook points besides those of {@link
 * preNormBlock}: `hook_embed`, `blocks.{i}.ln1`, `ln2` (and `ln1_post`, `ln2_post` of a sandwich), `ln_final`.
 */
export function rmsNormDecoder(context: BuildContext, decoder: RmsNormDecoder): void {
  const { graph, inputs } = context;
  const { sizes, epsilon, attention, mlp, tied = false, sandwich = false } = decoder;
  const { layers, width, vocabularySize } = sizes;
  const { embeddingScale = 1, multiplier = 1, finish } = decoder;
  const table = tokenTable(context, 'embed_tokens.weight', tied);
  const norm = (x: Value, weights: string, hook: string) =>
    rmsNorm(context, x, { weights, hook }, width, epsilon, decoder.norm);
  const tokens = embedding(context, inputs.tokens, table, vocabularySize, width);
  const scaled = embeddingScale === 1 ? tokens : graph.apply('Mul', [tokens, graph.scalar(embeddingScale)]);
  let residual = graph.hook('hook_embed', scaled);
  for (let layer = 0; layer < layers; layer++) {
    const [weights, hook] = [`layers.${layer}`, `blocks.${layer}`];
    const behind = (x: Value, name: string, part: string) =>
      sandwich ? norm(x, `${weights}.${name}`, `${hook}.${part}_post`) : x;
    residual = preNormBlock(context, layer, residual, {
      ln1: (x) => norm(x, `${weights}.input_layernorm`, `${hook}.ln1`),
      attention: (x) => {
        const names = { weights: `${weights}.self_attn`, hook: `${hook}.attn` };
        return behind(attention(x, names, layer), 'post_attention_layernorm', 'ln1');
      },
      ln2: (x) => {
        const name = sandwich ? 'pre_feedforward_layernorm' : 'post_attention_layernorm';
        return norm(x, `${weights}.${name}`, `${hook}.ln2`);
      },
      mlp: (x) => {
        const names = { weights: `${weights}.mlp`, hook: `${hook}.mlp` };
        return behind(mlp(x, names, layer), 'post_feedforward_layernorm', 'ln2');
      },
      multiplier,
    });
  }
  const final = norm(residual, 'norm', 'ln_final');
  decoderHead(context, final, { width, vocabularySize, table, tied, ...(finish ? { finish } : {}) });
}
