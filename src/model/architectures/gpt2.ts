import type { Value } from '../../graph/index.js';
import type { Architecture, BuildContext, Dimensions } from '../architecture.js';
import { activation } from '../blocks/activation.js';
import { attention, causalBias } from '../blocks/attention.js';
import { decoderHead, inferDecoderTask, tokenTable } from '../blocks/decoder-head.js';
import { embedding } from '../blocks/embedding.js';
import { layerNorm } from '../blocks/layer-norm.js';
import { linear } from '../blocks/linear.js';
import type { ConfigReader } from '../config-reader.js';

/** GPT-2: pre-norm decoder with learned positions; weights stored as [in, out]. */
export const gpt2: Architecture = {
  modelType: 'gpt2',
  title: 'GPT-2',
  paper: 'Radford et al. 2019, Language Models are Unsupervised Multitask Learners',
  causal: true,
  classes: {
    GPT2ForSequenceClassification: 'sequence-classification',
    GPT2ForTokenClassification: 'token-classification',
    GPT2LMHeadModel: 'causal-lm',
    GPT2Model: 'base',
  },
  weightNames: {
    prefix: 'transformer.',
    surplus: [/\.attn\.(bias|masked_bias)$/],
  },
  inferTask: inferDecoderTask(true),
  dimensions,
  build,
};

function dimensions(config: ConfigReader): Dimensions {
  config.require('add_cross_attention', false);
  const width = config.count('n_embd', 768, 'hidden_size');
  const heads = config.count('n_head', 12, 'num_attention_heads');
  config.requireDivisible('n_embd', width, 'n_head', heads);
  return {
    layers: config.count('n_layer', 12, 'num_hidden_layers'),
    heads,
    width,
    contextLength: config.count('n_positions', 1024, 'max_position_embeddings'),
    vocabularySize: config.count('vocab_size', 50257),
    segments: 0,
  };
}

function build(context: BuildContext): void {
  const { graph, config, inputs } = context;
  const { layers, width, contextLength, vocabularySize } = dimensions(config);
  const epsilon = config.positive('layer_norm_epsilon', 1e-5);
  const table = tokenTable(context, 'wte.weight', true);

  const tokens = graph.hook('hook_embed', embedding(context, inputs.tokens, table, vocabularySize, width));
  const places = graph.hook(
    'hook_pos_embed',
    embedding(context, inputs.positions, 'wpe.weight', contextLength, width),
  );
  const bias = causalBias(context);
  let residual = graph.apply('Add', [tokens, places]);
  for (let layer = 0; layer < layers; layer++) residual = block(context, layer, residual, bias);
  const final = layerNorm(context, residual, { weights: 'ln_f', hook: 'ln_final' }, width, epsilon);
  decoderHead(context, final, { width, vocabularySize, table, tied: true });
}

function block(context: BuildContext, layer: number, input: Value, bias: Value): Value {
  const { graph, config } = context;
  const { width } = dimensions(config);
  const epsilon = config.positive('layer_norm_epsilon', 1e-5);
  const inner = config.count('n_inner', 4 * width);
  const hook = `blocks.${layer}`;
  const weight = `h.${layer}`;

  const pre = graph.hook(`${hook}.hook_resid_pre`, input);
  const normalized = layerNorm(
    context,
    pre,
    { weights: `${weight}.ln_1`, hook: `${hook}.ln1` },
    width,
    epsilon,
  );
  const attended = selfAttention(context, layer, normalized, bias);
  const mid = graph.hook(`${hook}.hook_resid_mid`, graph.apply('Add', [pre, attended]));

  const again = layerNorm(context, mid, { weights: `${weight}.ln_2`, hook: `${hook}.ln2` }, width, epsilon);
  const up = linear(context, again, `${weight}.mlp.c_fc`, { from: width, to: inner, stored: 'in-out' });
  const hidden = activation(
    context,
    'activation_function',
    'gelu_new',
    graph.hook(`${hook}.mlp.hook_pre`, up),
  );
  const post = graph.hook(`${hook}.mlp.hook_post`, hidden);
  const down = linear(context, post, `${weight}.mlp.c_proj`, { from: inner, to: width, stored: 'in-out' });
  const output = graph.hook(`${hook}.hook_mlp_out`, down);
  return graph.hook(`${hook}.hook_resid_post`, graph.apply('Add', [mid, output]));
}

function selfAttention(context: BuildContext, layer: number, x: Value, bias: Value): Value {
  const { graph, config } = context;
  const { width, heads } = dimensions(config);
  const weight = `h.${layer}.attn`;
  const headWidth = width / heads;
  // reorder_and_upcast_attn changes the order of the same product, and its precision below float32: nothing here.
  const scale =
    (config.flag('scale_attn_weights', true) ? 1 / Math.sqrt(headWidth) : 1) /
    (config.flag('scale_attn_by_inverse_layer_idx', false) ? layer + 1 : 1);

  const qkv = linear(context, x, `${weight}.c_attn`, { from: width, to: 3 * width, stored: 'in-out' });
  const [q, k, v] = graph.applyAll('Split', [qkv], { axis: -1, sizes: [width, width, width] });
  const z = attention(context, `blocks.${layer}.attn`, q!, k!, v!, bias, { heads, headWidth, scale });
  const output = linear(context, z, `${weight}.c_proj`, { from: width, to: width, stored: 'in-out' });
  return graph.hook(`blocks.${layer}.hook_attn_out`, output);
}
