import type { Value } from '../../graph/index.js';
import type { Architecture, BuildContext, Dimensions } from '../architecture.js';
import { attention, causalBias } from '../blocks/attention.js';
import { decoderClasses, decoderHead, inferDecoderTask, tokenTable } from '../blocks/decoder-head.js';
import { embedding } from '../blocks/embedding.js';
import { gatedMlp } from '../blocks/gated-mlp.js';
import { linear } from '../blocks/linear.js';
import { rmsNorm } from '../blocks/rms-norm.js';
import { type Rotary, rotary, rotate } from '../blocks/rotary.js';
import { rotarySettings } from '../blocks/rotary-settings.js';
import type { ConfigReader } from '../config-reader.js';

/** Llama: pre-norm decoder with RMSNorm, rotary positions, grouped queries and a gated MLP. */
export const llama: Architecture = {
  modelType: 'llama',
  title: 'Llama',
  paper: 'Touvron et al. 2023, https://arxiv.org/abs/2302.13971',
  causal: true,
  classes: decoderClasses('Llama'),
  weightNames: { prefix: 'model.', surplus: [/rotary_emb\.inv_freq$/] },
  inferTask: inferDecoderTask,
  dimensions,
  build,
};

const table = 'embed_tokens.weight';

function dimensions(config: ConfigReader): Dimensions {
  const width = config.count('hidden_size', 4096);
  return {
    layers: config.count('num_hidden_layers', 32),
    heads: config.count('num_attention_heads', 32),
    width,
    contextLength: config.count('max_position_embeddings', 2048),
    vocabularySize: config.count('vocab_size', 32000),
    segments: 0,
  };
}

function build(context: BuildContext): void {
  const { graph, config, inputs } = context;
  const { layers, width, vocabularySize, contextLength } = dimensions(config);
  const tokens = tokenTable(context, table, false);
  const angles = rotary(context, rotarySettings(config, { headWidth: headWidthOf(config), contextLength }));
  const bias = causalBias(context);
  let residual = graph.hook('hook_embed', embedding(context, inputs.tokens, tokens, vocabularySize, width));
  for (let layer = 0; layer < layers; layer++) residual = block(context, layer, residual, bias, angles);
  const epsilon = config.positive('rms_norm_eps', 1e-6);
  const final = rmsNorm(context, residual, { weights: 'norm', hook: 'ln_final' }, width, epsilon);
  decoderHead(context, final, { width, vocabularySize, table: tokens, tied: false });
}

function headWidthOf(config: ConfigReader): number {
  const { width, heads } = dimensions(config);
  if (config.value('head_dim') == null)
    config.requireDivisible('hidden_size', width, 'num_attention_heads', heads);
  return config.count('head_dim', width / heads);
}

function block(context: BuildContext, layer: number, input: Value, bias: Value, angles: Rotary): Value {
  const { graph, config } = context;
  const { width } = dimensions(config);
  const epsilon = config.positive('rms_norm_eps', 1e-6);
  const hook = `blocks.${layer}`;
  const weight = `layers.${layer}`;
  const pre = graph.hook(`${hook}.hook_resid_pre`, input);
  const ln1 = { weights: `${weight}.input_layernorm`, hook: `${hook}.ln1` };
  const attended = selfAttention(context, layer, rmsNorm(context, pre, ln1, width, epsilon), bias, angles);
  const mid = graph.hook(`${hook}.hook_resid_mid`, graph.apply('Add', [pre, attended]));
  const ln2 = { weights: `${weight}.post_attention_layernorm`, hook: `${hook}.ln2` };
  const mlp = gatedMlp(context, rmsNorm(context, mid, ln2, width, epsilon), {
    weights: `${weight}.mlp`,
    hook: `${hook}.mlp`,
    width,
    inner: config.count('intermediate_size', 11008),
    activation: ['hidden_act', 'silu'],
    bias: config.flag('mlp_bias', false),
  });
  const output = graph.hook(`${hook}.hook_mlp_out`, mlp);
  return graph.hook(`${hook}.hook_resid_post`, graph.apply('Add', [mid, output]));
}

function selfAttention(context: BuildContext, layer: number, x: Value, bias: Value, angles: Rotary): Value {
  const { graph, config } = context;
  const { width, heads } = dimensions(config);
  const headWidth = headWidthOf(config);
  const keyValueHeads = config.count('num_key_value_heads', heads);
  config.requireDivisible('num_attention_heads', heads, 'num_key_value_heads', keyValueHeads);
  const weight = `layers.${layer}.self_attn`;
  const withBias = config.flag('attention_bias', false);
  const project = (part: string, count: number) =>
    linear(context, x, `${weight}.${part}_proj`, { from: width, to: count * headWidth }, withBias);
  const [q, k, v] = [project('q', heads), project('k', keyValueHeads), project('v', keyValueHeads)];
  const z = attention(context, `blocks.${layer}.attn`, q, k, v, bias, {
    heads,
    headWidth,
    keyValueHeads,
    scale: 1 / Math.sqrt(headWidth),
    rotate: (head) => rotate(context, head, angles),
  });
  const output = linear(context, z, `${weight}.o_proj`, { from: heads * headWidth, to: width }, withBias);
  return graph.hook(`blocks.${layer}.hook_attn_out`, output);
}
