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
import { preNormBlock } from '../blocks/pre-norm-block.js';
import type { ConfigReader } from '../config-reader.js';

/** GPT-BigCode (SantaCoder, StarCoder): GPT-2 whose query heads share one key and value. */
export const gptBigcode: Architecture = {
  modelType: 'gpt_bigcode',
  title: 'GPT-BigCode',
  paper: 'Ben Allal et al. 2023, https://arxiv.org/abs/2301.03988',
  causal: true,
  classes: decoderClasses('GPTBigCode'),
  weightNames: { prefix: 'transformer.', surplus: [/^transformer\.bias$/, /\.attn\.(bias|masked_bias)$/] },
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
  const table = tokenTable(context, 'wte.weight', true);
  const tokens = graph.hook('hook_embed', embedding(context, inputs.tokens, table, vocabularySize, width));
  const places = graph.hook(
    'hook_pos_embed',
    embedding(context, inputs.positions, 'wpe.weight', contextLength, width),
  );
  const bias = causalBias(context);
  let residual = graph.apply('Add', [tokens, places]);
  for (let layer = 0; layer < layers; layer++) residual = block(context, layer, residual, bias);
  const final = norm(context, residual, 'ln_f', 'ln_final');
  decoderHead(context, final, { width, vocabularySize, table, tied: true });
}

function norm(context: BuildContext, x: Value, weights: string, hook: string): Value {
  const { width } = dimensions(context.config);
  return layerNorm(context, x, { weights, hook }, width, context.config.positive('layer_norm_epsilon', 1e-5));
}

function block(context: BuildContext, layer: number, input: Value, bias: Value): Value {
  const { config } = context;
  const { width } = dimensions(config);
  const hook = `blocks.${layer}`;
  const weight = `h.${layer}`;
  return preNormBlock(context, layer, input, {
    ln1: (x) => norm(context, x, `${weight}.ln_1`, `${hook}.ln1`),
    attention: (x) => selfAttention(context, layer, x, bias),
    ln2: (x) => norm(context, x, `${weight}.ln_2`, `${hook}.ln2`),
    mlp: (x) =>
      plainMlp(context, x, {
        weights: [`${weight}.mlp.c_fc`, `${weight}.mlp.c_proj`],
        hook: `${hook}.mlp`,
        width,
        inner: config.count('n_inner', 4 * width),
        activation: (y) => activation(context, 'activation_function', 'gelu_pytorch_tanh', y),
      }),
  });
}

function selfAttention(context: BuildContext, layer: number, x: Value, bias: Value): Value {
  const { config } = context;
  const { width, heads } = dimensions(config);
  const weight = `h.${layer}.attn`;
  const headWidth = width / heads;
  // attention_softmax_in_fp32 and scale_attention_softmax_in_fp32 change the precision below float32: nothing here.
  const scale = config.flag('scale_attn_weights', true) ? 1 / Math.sqrt(headWidth) : 1;
  const keyValueHeads = config.flag('multi_query', true) ? 1 : heads;
  const size = { from: width, to: width + 2 * keyValueHeads * headWidth };
  const qkv = linear(context, x, `${weight}.c_attn`, size);
  const [q, k, v] = fusedHeads(context, qkv, { heads, headWidth, keyValueHeads });
  const shape = { heads, headWidth, keyValueHeads, scale };
  const z = attention(context, `blocks.${layer}.attn`, q, k, v, bias, shape);
  return linear(context, z, `${weight}.c_proj`, { from: width, to: width });
}
