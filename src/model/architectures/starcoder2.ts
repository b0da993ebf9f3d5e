import type { Value } from '../../graph/index.js';
import type { Architecture, BuildContext, Dimensions } from '../architecture.js';
import { activation } from '../blocks/activation.js';
import { decoderClasses, decoderHead, inferDecoderTask, tokenTable } from '../blocks/decoder-head.js';
import { embedding } from '../blocks/embedding.js';
import { headSizes } from '../blocks/head-sizes.js';
import { layerNorm } from '../blocks/layer-norm.js';
import { biasOfAllLayers, windowOf } from '../blocks/layer-types.js';
import { plainMlp } from '../blocks/plain-mlp.js';
import { preNormBlock } from '../blocks/pre-norm-block.js';
import { projectedAttention } from '../blocks/projected-attention.js';
import { rotary, rotate } from '../blocks/rotary.js';
import { rotarySettings } from '../blocks/rotary-settings.js';
import type { ConfigReader } from '../config-reader.js';

/** StarCoder2: a model of program code; Mistral with LayerNorms, biases and an MLP of two layers. */
export const starcoder2: Architecture = {
  modelType: 'starcoder2',
  title: 'StarCoder2',
  paper: 'Lozhkov et al. 2024, https://arxiv.org/abs/2402.19173',
  causal: true,
  classes: decoderClasses('Starcoder2'),
  weightNames: { prefix: 'model.', surplus: [] },
  inferTask: inferDecoderTask(true),
  dimensions,
  build,
};

function dimensions(config: ConfigReader): Dimensions {
  return {
    layers: config.count('num_hidden_layers', 30),
    heads: config.count('num_attention_heads', 24),
    width: config.count('hidden_size', 3072),
    contextLength: config.count('max_position_embeddings', 4096),
    vocabularySize: config.count('vocab_size', 49152),
    segments: 0,
  };
}

function build(context: BuildContext): void {
  const { graph, config, inputs } = context;
  const sizes = dimensions(config);
  const { layers, width, contextLength, vocabularySize } = sizes;
  const heads = headSizes(config, sizes, { keyValueHeads: 2 });
  const epsilon = config.positive('norm_epsilon', 1e-5);
  const inner = config.count('intermediate_size', 12288);
  const bias = config.flag('use_bias', true);

  const table = tokenTable(context, 'embed_tokens.weight', true);
  const angles = rotary(context, rotarySettings(config, { headWidth: heads.headWidth, contextLength }));
  const mask = biasOfAllLayers(context, windowOf(config));
  const norm = (x: Value, weights: string, hook: string) =>
    layerNorm(context, x, { weights, hook }, width, epsilon);
  let residual = graph.hook('hook_embed', embedding(context, inputs.tokens, table, vocabularySize, width));
  for (let layer = 0; layer < layers; layer++) {
    const [weights, hook] = [`layers.${layer}`, `blocks.${layer}`];
    residual = preNormBlock(context, layer, residual, {
      ln1: (x) => norm(x, `${weights}.input_layernorm`, `${hook}.ln1`),
      attention: (x) =>
        projectedAttention(context, x, {
          ...heads,
          weights: `${weights}.self_attn`,
          hook: `${hook}.attn`,
          width,
          mask,
          bias: { input: bias, output: bias },
          rotate: (head) => rotate(context, head, angles),
        }),
      ln2: (x) => norm(x, `${weights}.post_attention_layernorm`, `${hook}.ln2`),
      mlp: (x) =>
        plainMlp(context, x, {
          weights: [`${weights}.mlp.c_fc`, `${weights}.mlp.c_proj`],
          hook: `${hook}.mlp`,
          width,
          inner,
          bias,
          activation: (pre) => activation(context, 'hidden_act', 'gelu_pytorch_tanh', pre),
        }),
    });
  }
  const final = norm(residual, 'norm', 'ln_final');
  decoderHead(context, final, { width, vocabularySize, table, tied: true });
}
