import type { Value } from '../../graph/index.js';
import { tensor } from '../../tensor/index.js';
import type { Architecture, BuildContext, Dimensions } from '../architecture.js';
import { activation } from '../blocks/activation.js';
import { attention, causalBias } from '../blocks/attention.js';
import { bareLayerNorm } from '../blocks/bare-layer-norm.js';
import { decoderClasses, decoderHead, inferDecoderTask, tokenTable } from '../blocks/decoder-head.js';
import { embedding } from '../blocks/embedding.js';
import { layerNorm } from '../blocks/layer-norm.js';
import { linear } from '../blocks/linear.js';
import { plainMlp } from '../blocks/plain-mlp.js';
import type { ConfigReader } from '../config-reader.js';

/** OPT and Galactica: decoder with learned positions, pre-norm or, in OPT 350M, post-norm. */
export const opt: Architecture = {
  modelType: 'opt',
  title: 'OPT',
  paper: 'Zhang et al. 2022, https://arxiv.org/abs/2205.01068',
  causal: true,
  classes: decoderClasses('OPT', false),
  weightNames: {
    prefix: 'model.',
    rename: (name) => name.replace(/^decoder\./, ''),
    surplus: [],
  },
  inferTask: inferDecoderTask(true),
  dimensions,
  build,
};

/** Rows of the position table before that of position 0: fairseq counted from behind the id of its padding, 1. */
const positionOffset = 2;

function dimensions(config: ConfigReader): Dimensions {
  const width = config.count('hidden_size', 768);
  const heads = config.count('num_attention_heads', 12);
  config.requireDivisible('hidden_size', width, 'num_attention_heads', heads);
  return {
    layers: config.count('num_hidden_layers', 12),
    heads,
    width,
    contextLength: config.count('max_position_embeddings', 2048),
    vocabularySize: config.count('vocab_size', 50272),
    segments: 0,
  };
}

function build(context: BuildContext): void {
  const { graph, config, inputs } = context;
  const { layers, width, vocabularySize, contextLength } = dimensions(config);
  const outer = config.count('word_embed_proj_dim', width);
  const project = (x: Value, name: string, from: number, to: number) =>
    outer === width ? x : linear(context, x, name, { from, to }, false);
  const table = tokenTable(context, 'embed_tokens.weight', true);
  const words = embedding(context, inputs.tokens, table, vocabularySize, outer);
  const tokens = graph.hook('hook_embed', project(words, 'project_in', outer, width));
  const offset = graph.constant(tensor('I64', [], BigInt64Array.of(BigInt(positionOffset))));
  const rows = graph.apply('Add', [inputs.positions, offset]);
  const places = graph.hook(
    'hook_pos_embed',
    embedding(context, rows, 'embed_positions.weight', contextLength + positionOffset, width),
  );
  const bias = causalBias(context);
  let residual = graph.apply('Add', [tokens, places]);
  for (let layer = 0; layer < layers; layer++) residual = block(context, layer, residual, bias);
  const closed = normFirst(config) && !config.flag('_remove_final_layer_norm', false);
  const final = closed ? norm(context, residual, 'final_layer_norm', 'ln_final') : residual;
  decoderHead(context, project(final, 'project_out', width, outer), {
    width: outer,
    vocabularySize,
    table,
    tied: true,
  });
}

function normFirst(config: ConfigReader): boolean {
  return config.flag('do_layer_norm_before', true);
}

function norm(context: BuildContext, x: Value, weights: string, hook: string): Value {
  const { width } = dimensions(context.config);
  const epsilon = 1e-5;
  return context.config.flag('layer_norm_elementwise_affine', true)
    ? layerNorm(context, x, { weights, hook }, width, epsilon)
    : bareLayerNorm(context, width, epsilon)(x, hook);
}

function block(context: BuildContext, layer: number, input: Value, bias: Value): Value {
  const { graph, config } = context;
  const { width } = dimensions(config);
  const hook = `blocks.${layer}`;
  const weight = `layers.${layer}`;
  const before = normFirst(config);
  const ln1 = (x: Value) => norm(context, x, `${weight}.self_attn_layer_norm`, `${hook}.ln1`);
  const ln2 = (x: Value) => norm(context, x, `${weight}.final_layer_norm`, `${hook}.ln2`);
  const mlp = (x: Value) =>
    plainMlp(context, x, {
      weights: [`${weight}.fc1`, `${weight}.fc2`],
      hook: `${hook}.mlp`,
      width,
      inner: config.count('ffn_dim', 3072),
      activation: (y) => activation(context, 'activation_function', 'relu', y),
      bias: config.flag('enable_bias', true),
    });

  const pre = graph.hook(`${hook}.hook_resid_pre`, input);
  const attended = selfAttention(context, layer, before ? ln1(pre) : pre, bias);
  const mid = graph.hook(`${hook}.hook_resid_mid`, graph.apply('Add', [pre, attended]));
  const kept = before ? mid : ln1(mid);
  const output = graph.hook(`${hook}.hook_mlp_out`, mlp(before ? ln2(mid) : kept));
  const post = graph.hook(`${hook}.hook_resid_post`, graph.apply('Add', [kept, output]));
  return before ? post : graph.hook(`${hook}.hook_normalized_resid_post`, ln2(post));
}

function selfAttention(context: BuildContext, layer: number, x: Value, bias: Value): Value {
  const { graph, config } = context;
  const { width, heads } = dimensions(config);
  const headWidth = width / heads;
  const withBias = config.flag('enable_bias', true);
  const project = (from: Value, part: string) =>
    linear(context, from, `layers.${layer}.self_attn.${part}_proj`, { from: width, to: width }, withBias);
  const [q, k, v] = [project(x, 'q'), project(x, 'k'), project(x, 'v')];
  const shape = { heads, headWidth, scale: 1 / Math.sqrt(headWidth) };
  const z = attention(context, `blocks.${layer}.attn`, q, k, v, bias, shape);
  return graph.hook(`blocks.${layer}.hook_attn_out`, project(z, 'out'));
}
