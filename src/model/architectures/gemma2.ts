import type { Architecture, BuildContext, Dimensions } from '../architecture.js';
import { decoderClasses, inferDecoderTask } from '../blocks/decoder-head.js';
import { gatedMlp } from '../blocks/gated-mlp.js';
import { headSizes } from '../blocks/head-sizes.js';
import { biasOfLayers, layerTypesOf, windowOf } from '../blocks/layer-types.js';
import { projectedAttention } from '../blocks/projected-attention.js';
import { rmsNormDecoder } from '../blocks/rms-norm-decoder.js';
import { rotary, rotate } from '../blocks/rotary.js';
import { rotarySettings } from '../blocks/rotary-settings.js';
import { capOf, softcap } from '../blocks/softcap.js';
import type { ConfigReader } from '../config-reader.js';

/** Gemma 2: Gemma with norms before and behind attention and MLP, windows in every other layer, and capped scores and logits. */
export const gemma2: Architecture = {
  modelType: 'gemma2',
  title: 'Gemma 2',
  paper: 'Gemma Team 2024, https://arxiv.org/abs/2408.00118',
  causal: true,
  classes: decoderClasses('Gemma2'),
  weightNames: { prefix: 'model.', surplus: [] },
  inferTask: inferDecoderTask(true),
  dimensions,
  build,
};

function dimensions(config: ConfigReader): Dimensions {
  config.require('use_bidirectional_attention', false);
  return {
    layers: config.count('num_hidden_layers', 26),
    heads: config.count('num_attention_heads', 8),
    width: config.count('hidden_size', 2304),
    contextLength: config.count('max_position_embeddings', 8192),
    vocabularySize: config.count('vocab_size', 256000),
    segments: 0,
  };
}

function build(context: BuildContext): void {
  const { config } = context;
  const sizes = dimensions(config);
  const heads = headSizes(config, sizes, { keyValueHeads: 4, headWidth: 256 });
  const bias = config.flag('attention_bias', false);
  const cap = capOf(config, 'attn_logit_softcapping', 50);
  const logitCap = capOf(config, 'final_logit_softcapping', 30);
  const { layers, width, contextLength } = sizes;
  const angles = rotary(context, rotarySettings(config, { headWidth: heads.headWidth, contextLength }));
  const types = layerTypesOf(config, layers, (layer) =>
    layer % 2 === 0 ? 'sliding_attention' : 'full_attention',
  );
  const masks = biasOfLayers(context, types, windowOf(config, 4096));
  rmsNormDecoder(context, {
    sizes,
    epsilon: config.positive('rms_norm_eps', 1e-6),
    norm: { offset: 1 },
    sandwich: true,
    embeddingScale: Math.sqrt(width),
    attention: (x, names, layer) =>
      projectedAttention(context, x, {
        ...heads,
        ...names,
        width,
        mask: masks[layer]!,
        bias: { input: bias, output: bias },
        scale: 1 / Math.sqrt(config.positive('query_pre_attn_scalar', 256)),
        softcap: cap,
        rotate: (head) => rotate(context, head, angles),
      }),
    mlp: (x, names) =>
      gatedMlp(context, x, {
        ...names,
        width,
        inner: config.count('intermediate_size', 9216),
        activation: ['hidden_activation', 'gelu_pytorch_tanh'],
      }),
    tied: true,
    finish: (logits) => (logitCap === undefined ? logits : softcap(context, logits, logitCap)),
  });
}
