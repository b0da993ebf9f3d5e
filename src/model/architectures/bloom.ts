import type { Value } from '../../graph/index.js';
import type { Architecture, BuildContext, Dimensions } from '../architecture.js';
import { alibi } from '../blocks/alibi.js';
import { attention, causalBias } from '../blocks/attention.js';
import { decoderClasses, decoderHead, inferDecoderTask, tokenTable } from '../blocks/decoder-head.js';
import { embedding } from '../blocks/embedding.js';
import { fusedHeads } from '../blocks/fused-heads.js';
import { layerNorm } from '../blocks/layer-norm.js';
import { linear } from '../blocks/linear.js';
import { plainMlp } from '../blocks/plain-mlp.js';
import type { ConfigReader } from '../config-reader.js';

/** BLOOM: pre-norm decoder with a norm behind the embedding and linear biases instead of positions. */
export const bloom: Architecture = {
  modelType: 'bloom',
  title: 'BLOOM',
  paper: 'BigScience Workshop 2022, https://arxiv.org/abs/2211.05100',
  causal: true,
  classes: decoderClasses('Bloom'),
  weightNames: { prefix: 'transformer.', surplus: [] },
  inferTask: inferDecoderTask(true),
  dimensions,
  build,
};

function dimensions(config: ConfigReader): Dimensions {
  // Sums in another order, and without the biases of the layers.
  if (config.count('pretraining_tp', 1) > 1) config.require('slow_but_exact', false);
  const width = config.count('n_embed', config.count('hidden_size', 64));
  config.require('n_inner', 4 * width);
  const heads = config.count('n_head', 8, 'num_attention_heads');
  config.requireDivisible('hidden_size', width, 'n_head', heads);
  return {
    layers: config.count('n_layer', 2, 'num_hidden_layers'),
    heads,
    width,
    // Nothing in the computation has a limit: the length of the texts it was trained on.
    contextLength: config.count('seq_length', 2048),
    vocabularySize: config.count('vocab_size', 250880),
    segments: 0,
  };
}

function build(context: BuildContext): void {
  const { graph, config, inputs } = context;
  const { layers, width, heads, vocabularySize } = dimensions(config);
  const table = tokenTable(context, 'word_embeddings.weight', true);
  const words = embedding(context, inputs.tokens, table, vocabularySize, width);
  const normalized = norm(context, words, 'word_embeddings_layernorm', 'embed.ln');
  const bias = graph.apply('Add', [causalBias(context), alibi(context, heads)]);
  let residual = graph.hook('hook_embed', normalized);
  for (let layer = 0; layer < layers; layer++) residual = block(context, layer, residual, bias);
  const final = norm(context, residual, 'ln_f', 'ln_final');
  decoderHead(context, final, { width, vocabularySize, table, tied: true });
}

function norm(context: BuildContext, x: Value, weights: string, hook: string): Value {
  const { width } = dimensions(context.config);
  return layerNorm(context, x, { weights, hook }, width, context.config.positive('layer_norm_epsilon', 1e-5));
}

function block(context: BuildContext, layer: number, input: Value, bias: Value): Value {
  const { graph, config } = context;
  const { width } = dimensions(config);
  const hook = `blocks.${layer}`;
  const weight = `h.${layer}`;
  const keepsNormed = config.flag('apply_residual_connection_post_layernorm', false);
  const pre = graph.hook(`${hook}.hook_resid_pre`, input);
  const ln1 = norm(context, pre, `${weight}.input_layernorm`, `${hook}.ln1`);
  const attended = selfAttention(context, layer, ln1, bias);
  const mid = graph.hook(`${hook}.hook_resid_mid`, graph.apply('Add', [keepsNormed ? ln1 : pre, attended]));
  const ln2 = norm(context, mid, `${weight}.post_attention_layernorm`, `${hook}.ln2`);
  const mlp = plainMlp(context, ln2, {
    weights: [`${weight}.mlp.dense_h_to_4h`, `${weight}.mlp.dense_4h_to_h`],
    hook: `${hook}.mlp`,
    width,
    inner: 4 * width,
    activation: (x) => graph.apply('Gelu', [x], { approximate: 'tanh' }),
  });
  const output = graph.hook(`${hook}.hook_mlp_out`, mlp);
  return graph.hook(`${hook}.hook_resid_post`, graph.apply('Add', [keepsNormed ? ln2 : mid, output]));
}

function selfAttention(context: BuildContext, layer: number, x: Value, bias: Value): Value {
  const { graph, config } = context;
  const { width, heads } = dimensions(config);
  const headWidth = width / heads;
  const weight = `h.${layer}.self_attention`;
  const qkv = linear(context, x, `${weight}.query_key_value`, { from: width, to: 3 * width });
  const [q, k, v] = fusedHeads(context, qkv, { heads, headWidth });
  const shape = { heads, headWidth, scale: 1 / Math.sqrt(headWidth) };
  const z = attention(context, `blocks.${layer}.attn`, q, k, v, bias, shape);
  const output = linear(context, z, `${weight}.dense`, { from: width, to: width });
  return graph.hook(`blocks.${layer}.hook_attn_out`, output);
}
