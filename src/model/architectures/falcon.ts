import type { Value } from '../../graph/index.js';
import type { Architecture, BuildContext, Dimensions } from '../architecture.js';
import { activation } from '../blocks/activation.js';
import { alibi } from '../blocks/alibi.js';
import { attention, causalBias } from '../blocks/attention.js';
import { decoderClasses, decoderHead, inferDecoderTask, tokenTable } from '../blocks/decoder-head.js';
import { embedding } from '../blocks/embedding.js';
import { fusedHeads } from '../blocks/fused-heads.js';
import { layerNorm } from '../blocks/layer-norm.js';
import { linear } from '../blocks/linear.js';
import { plainMlp } from '../blocks/plain-mlp.js';
import { type Rotary, rotary, rotate } from '../blocks/rotary.js';
import { rotarySettings } from '../blocks/rotary-settings.js';
import type { ConfigReader } from '../config-reader.js';

/** Falcon: decoder with shared keys and values; rotary or ALiBi, side by side or sequential. */
export const falcon: Architecture = {
  modelType: 'falcon',
  title: 'Falcon',
  paper: 'Almazrouei et al. 2023, https://arxiv.org/abs/2311.16867',
  causal: true,
  classes: decoderClasses('Falcon'),
  weightNames: { prefix: 'transformer.', surplus: [/\.maybe_rotary\.inv_freq$/] },
  inferTask: inferDecoderTask(true),
  dimensions,
  build,
};

/** How the blocks are made: Falcon RW, 7B and 40B differ in this. */
type BlockKind = 'sequential' | 'one-norm' | 'two-norms';

function dimensions(config: ConfigReader): Dimensions {
  blockKind(config);
  const width = config.count('n_embed', config.count('hidden_size', 4544));
  const heads = config.count('num_attention_heads', 71);
  config.requireDivisible('hidden_size', width, 'num_attention_heads', heads);
  return {
    layers: config.count('num_hidden_layers', 32),
    heads,
    width,
    contextLength: config.count('max_position_embeddings', 2048),
    vocabularySize: config.count('vocab_size', 65024),
    segments: 0,
  };
}

function blockKind(config: ConfigReader): BlockKind {
  // Set in published configs, and read by none of the implementations.
  config.require('apply_residual_connection_post_layernorm', false);
  const norms = config.value('num_ln_in_parallel_attn') ?? undefined;
  if (config.flag('new_decoder_architecture', false)) {
    config.require('parallel_attn', true);
    if (norms === 1) return 'one-norm';
    config.require('num_ln_in_parallel_attn', 2);
    return 'two-norms';
  }
  config.require('num_ln_in_parallel_attn', 1);
  return config.flag('parallel_attn', true) ? 'one-norm' : 'sequential';
}

function keyValueHeadsOf(config: ConfigReader, heads: number): number {
  if (config.flag('new_decoder_architecture', false)) {
    const count = config.count('num_kv_heads', heads);
    config.requireDivisible('num_attention_heads', heads, 'num_kv_heads', count);
    return count;
  }
  if (config.flag('multi_query', true)) return 1;
  config.require('num_kv_heads', heads);
  return heads;
}

function build(context: BuildContext): void {
  const { graph, config, inputs } = context;
  const { layers, width, heads, vocabularySize, contextLength } = dimensions(config);
  const headWidth = width / heads;
  const table = tokenTable(context, 'word_embeddings.weight', true);
  const linearBias = config.flag('alibi', false);
  const angles = linearBias
    ? undefined
    : rotary(context, rotarySettings(config, { headWidth, contextLength }));
  const seen = causalBias(context);
  // Here the linear bias is divided by √headWidth, as the products of queries and keys are.
  const variant = { scale: 1 / Math.sqrt(headWidth), rounded: true };
  const bias = linearBias ? graph.apply('Add', [seen, alibi(context, heads, variant)]) : seen;
  let residual = graph.hook('hook_embed', embedding(context, inputs.tokens, table, vocabularySize, width));
  for (let layer = 0; layer < layers; layer++) residual = block(context, layer, residual, bias, angles);
  const final = norm(context, residual, 'ln_f', 'ln_final');
  decoderHead(context, final, { width, vocabularySize, table, tied: true });
}

function norm(context: BuildContext, x: Value, weights: string, hook: string): Value {
  const { width } = dimensions(context.config);
  return layerNorm(context, x, { weights, hook }, width, context.config.positive('layer_norm_epsilon', 1e-5));
}

function block(context: BuildContext, layer: number, input: Value, bias: Value, angles?: Rotary): Value {
  const { graph, config } = context;
  const { width } = dimensions(config);
  const hook = `blocks.${layer}`;
  const weight = `h.${layer}`;
  const kind = blockKind(config);
  const ln1 = (x: Value) =>
    norm(context, x, `${weight}.${kind === 'two-norms' ? 'ln_attn' : 'input_layernorm'}`, `${hook}.ln1`);
  const ln2 = (x: Value) =>
    norm(
      context,
      x,
      `${weight}.${kind === 'two-norms' ? 'ln_mlp' : 'post_attention_layernorm'}`,
      `${hook}.ln2`,
    );

  const pre = graph.hook(`${hook}.hook_resid_pre`, input);
  const normalized = ln1(pre);
  const attended = selfAttention(context, layer, normalized, bias, angles);
  const sum = graph.apply('Add', [pre, attended]);
  const mid = kind === 'sequential' ? graph.hook(`${hook}.hook_resid_mid`, sum) : sum;
  const mlp = plainMlp(context, kind === 'one-norm' ? normalized : ln2(kind === 'sequential' ? mid : pre), {
    weights: [`${weight}.mlp.dense_h_to_4h`, `${weight}.mlp.dense_4h_to_h`],
    hook: `${hook}.mlp`,
    width,
    inner: config.count('ffn_hidden_size', 4 * width),
    activation: (x) => activation(context, 'activation', 'gelu', x),
    bias: config.flag('bias', false),
  });
  const output = graph.hook(`${hook}.hook_mlp_out`, mlp);
  return graph.hook(`${hook}.hook_resid_post`, graph.apply('Add', [mid, output]));
}

function selfAttention(context: BuildContext, layer: number, x: Value, bias: Value, angles?: Rotary): Value {
  const { graph, config } = context;
  const { width, heads } = dimensions(config);
  const headWidth = width / heads;
  const keyValueHeads = keyValueHeadsOf(config, heads);
  const weight = `h.${layer}.self_attention`;
  const withBias = config.flag('bias', false);
  const size = { from: width, to: (heads + 2 * keyValueHeads) * headWidth };
  const qkv = linear(context, x, `${weight}.query_key_value`, size, withBias);
  const [q, k, v] = fusedHeads(context, qkv, { heads, headWidth, keyValueHeads });
  const z = attention(context, `blocks.${layer}.attn`, q, k, v, bias, {
    heads,
    headWidth,
    keyValueHeads,
    scale: 1 / Math.sqrt(headWidth),
    rotate: angles && ((head) => rotate(context, head, angles)),
  });
  const output = linear(context, z, `${weight}.dense`, { from: width, to: width }, withBias);
  return graph.hook(`blocks.${layer}.hook_attn_out`, output);
}
