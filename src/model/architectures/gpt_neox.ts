import type { Value } from '../../graph/index.js';
import type { Architecture, BuildContext, Dimensions } from '../architecture.js';
import { activation } from '../blocks/activation.js';
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

/** GPT-NeoX and Pythia: decoder with attention and MLP side by side, each behind a norm of its own; partly rotated heads. */
export const gptNeox: Architecture = {
  modelType: 'gpt_neox',
  title: 'GPT-NeoX',
  paper: 'Black et al. 2022, https://arxiv.org/abs/2204.06745',
  causal: true,
  classes: decoderClasses('GPTNeoX'),
  weightNames: {
    prefix: 'gpt_neox.',
    rename: (name) => name.replace(/^embed_out\./, 'lm_head.'),
    surplus: [/\.attention\.(bias|masked_bias)$/],
  },
  inferTask: inferDecoderTask(false),
  dimensions,
  build,
};

const table = 'embed_in.weight';

function dimensions(config: ConfigReader): Dimensions {
  const width = config.count('hidden_size', 6144);
  const heads = config.count('num_attention_heads', 64);
  config.requireDivisible('hidden_size', width, 'num_attention_heads', heads);
  return {
    layers: config.count('num_hidden_layers', 44),
    heads,
    width,
    contextLength: config.count('max_position_embeddings', 2048),
    vocabularySize: config.count('vocab_size', 50432),
    segments: 0,
  };
}

function build(context: BuildContext): void {
  const { graph, config, inputs } = context;
  const { layers, width, heads, vocabularySize, contextLength } = dimensions(config);
  const tokens = tokenTable(context, table, false);
  // These names came first, and transformers reads a later name of the same setting only inside `rope_parameters`.
  const [theta, share] = [config.positive('rotary_emb_base', 10_000), config.positive('rotary_pct', 0.25)];
  config.require('rope_theta', theta);
  config.require('partial_rotary_factor', share);
  const settings = rotarySettings(config, { headWidth: width / heads, contextLength, theta, share });
  const angles = rotary(context, settings);
  const bias = causalBias(context);
  let residual = graph.hook('hook_embed', embedding(context, inputs.tokens, tokens, vocabularySize, width));
  for (let layer = 0; layer < layers; layer++) residual = block(context, layer, residual, bias, angles);
  const final = norm(context, residual, 'final_layer_norm', 'ln_final');
  decoderHead(context, final, { width, vocabularySize, table: tokens, tied: false });
}

function norm(context: BuildContext, x: Value, weights: string, hook: string): Value {
  const { width } = dimensions(context.config);
  return layerNorm(context, x, { weights, hook }, width, context.config.positive('layer_norm_eps', 1e-5));
}

function block(context: BuildContext, layer: number, input: Value, bias: Value, angles: Rotary): Value {
  const { graph, config } = context;
  const { width } = dimensions(config);
  const hook = `blocks.${layer}`;
  const weight = `layers.${layer}`;
  const pre = graph.hook(`${hook}.hook_resid_pre`, input);
  const ln1 = norm(context, pre, `${weight}.input_layernorm`, `${hook}.ln1`);
  const attended = selfAttention(context, layer, ln1, bias, angles);
  const sum = graph.apply('Add', [pre, attended]);
  const parallel = config.flag('use_parallel_residual', true);
  const mid = parallel ? pre : graph.hook(`${hook}.hook_resid_mid`, sum);
  const mlp = plainMlp(context, norm(context, mid, `${weight}.post_attention_layernorm`, `${hook}.ln2`), {
    weights: [`${weight}.mlp.dense_h_to_4h`, `${weight}.mlp.dense_4h_to_h`],
    hook: `${hook}.mlp`,
    width,
    inner: config.count('intermediate_size', 24576),
    activation: (x) => activation(context, 'hidden_act', 'gelu', x),
  });
  const output = graph.hook(`${hook}.hook_mlp_out`, mlp);
  return graph.hook(`${hook}.hook_resid_post`, graph.apply('Add', [parallel ? sum : mid, output]));
}

function selfAttention(context: BuildContext, layer: number, x: Value, bias: Value, angles: Rotary): Value {
  const { graph, config } = context;
  const { width, heads } = dimensions(config);
  const headWidth = width / heads;
  const weight = `layers.${layer}.attention`;
  const withBias = config.flag('attention_bias', true);
  const qkv = linear(context, x, `${weight}.query_key_value`, { from: width, to: 3 * width }, withBias);
  const [q, k, v] = fusedHeads(context, qkv, { heads, headWidth });
  const z = attention(context, `blocks.${layer}.attn`, q, k, v, bias, {
    heads,
    headWidth,
    scale: 1 / Math.sqrt(headWidth),
    rotate: (head) => rotate(context, head, angles),
  });
  const output = linear(context, z, `${weight}.dense`, { from: width, to: width }, withBias);
  return graph.hook(`blocks.${layer}.hook_attn_out`, output);
}
