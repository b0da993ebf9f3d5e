import { PellucidError } from '../../errors.js';
import type { Value } from '../../graph/index.js';
import type { Architecture, BuildContext, Dimensions } from '../architecture.js';
import { activation } from '../blocks/activation.js';
import { attention, causalBias } from '../blocks/attention.js';
import { decoderClasses, decoderHead, inferDecoderTask, tokenTable } from '../blocks/decoder-head.js';
import { embedding } from '../blocks/embedding.js';
import { layerNorm } from '../blocks/layer-norm.js';
import { linear } from '../blocks/linear.js';
import { parallelBlock } from '../blocks/parallel-block.js';
import { plainMlp } from '../blocks/plain-mlp.js';
import { type Rotary, rotary, rotate } from '../blocks/rotary.js';
import type { ConfigReader } from '../config-reader.js';

/** GPT-J: decoder with attention and MLP side by side behind one norm; neighbouring features rotated. */
export const gptj: Architecture = {
  modelType: 'gptj',
  title: 'GPT-J',
  paper: 'Wang and Komatsuzaki 2021, https://github.com/kingoflolz/mesh-transformer-jax',
  causal: true,
  classes: decoderClasses('GPTJ', false),
  weightNames: { prefix: 'transformer.', surplus: [/\.attn\.(bias|masked_bias|embed_positions)$/] },
  inferTask: inferDecoderTask(false, true),
  dimensions,
  build,
};

const table = 'wte.weight';

function dimensions(config: ConfigReader): Dimensions {
  const width = config.count('n_embd', 4096, 'hidden_size');
  const heads = config.count('n_head', 16, 'num_attention_heads');
  config.requireDivisible('n_embd', width, 'n_head', heads);
  return {
    layers: config.count('n_layer', 28, 'num_hidden_layers'),
    heads,
    width,
    contextLength: config.count('n_positions', 2048, 'max_position_embeddings'),
    vocabularySize: config.count('vocab_size', 50400),
    segments: 0,
  };
}

function build(context: BuildContext): void {
  const { graph, config, inputs } = context;
  const { layers, width, vocabularySize } = dimensions(config);
  const tokens = tokenTable(context, table, false);
  const angles = anglesOf(context);
  const bias = causalBias(context);
  let residual = graph.hook('hook_embed', embedding(context, inputs.tokens, tokens, vocabularySize, width));
  for (let layer = 0; layer < layers; layer++) residual = block(context, layer, residual, bias, angles);
  const final = norm(context, residual, 'ln_f', 'ln_final');
  decoderHead(context, final, { width, vocabularySize, table: tokens, tied: false, bias: true });
}

function anglesOf(context: BuildContext): Rotary {
  const { config } = context;
  const { width, heads, contextLength } = dimensions(config);
  const rotated = config.count('rotary_dim', 64);
  if (rotated % 2 === 1 || rotated > width / heads) {
    throw new PellucidError(
      'bad-checkpoint',
      `config.json of ${config.where}: rotary_dim ${rotated} must be even and at most the width of a head, ${width / heads}.`,
    );
  }
  const settings = { type: 'default', theta: 10_000, width: rotated, contextLength, scaling: {} };
  return rotary(context, settings, 'neighbours');
}

function norm(context: BuildContext, x: Value, weights: string, hook: string): Value {
  const { width } = dimensions(context.config);
  return layerNorm(context, x, { weights, hook }, width, context.config.positive('layer_norm_epsilon', 1e-5));
}

function block(context: BuildContext, layer: number, input: Value, bias: Value, angles: Rotary): Value {
  const { config } = context;
  const { width } = dimensions(config);
  const hook = `blocks.${layer}`;
  const weight = `h.${layer}`;
  return parallelBlock(context, layer, input, {
    ln1: (x) => norm(context, x, `${weight}.ln_1`, `${hook}.ln1`),
    attention: (x) => selfAttention(context, layer, x, bias, angles),
    mlp: (x) =>
      plainMlp(context, x, {
        weights: [`${weight}.mlp.fc_in`, `${weight}.mlp.fc_out`],
        hook: `${hook}.mlp`,
        width,
        inner: config.count('n_inner', 4 * width),
        activation: (y) => activation(context, 'activation_function', 'gelu_new', y),
      }),
  });
}

function selfAttention(context: BuildContext, layer: number, x: Value, bias: Value, angles: Rotary): Value {
  const { config } = context;
  const { width, heads } = dimensions(config);
  const headWidth = width / heads;
  const project = (from: Value, part: string) =>
    linear(context, from, `h.${layer}.attn.${part}_proj`, { from: width, to: width }, false);
  const [q, k, v] = [project(x, 'q'), project(x, 'k'), project(x, 'v')];
  const z = attention(context, `blocks.${layer}.attn`, q, k, v, bias, {
    heads,
    headWidth,
    scale: 1 / Math.sqrt(headWidth),
    rotate: (head) => rotate(context, head, angles),
  });
  return project(z, 'out');
}
