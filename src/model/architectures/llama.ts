import type { Architecture, BuildContext, Dimensions } from '../architecture.js';
import { causalBias } from '../blocks/attention.js';
import { decoderClasses, inferDecoderTask } from '../blocks/decoder-head.js';
import { gatedMlp } from '../blocks/gated-mlp.js';
import { headSizes } from '../blocks/head-sizes.js';
import { projectedAttention } from '../blocks/projected-attention.js';
import { rmsNormDecoder } from '../blocks/rms-norm-decoder.js';
import { rotary, rotate } from '../blocks/rotary.js';
import { rotarySettings } from '../blocks/rotary-settings.js';
import type { ConfigReader } from '../config-reader.js';

/** Llama: pre-norm decoder with RMSNorm, rotary positions, grouped queries and a gated MLP. */
export const llama: Architecture = {
  modelType: 'llama',
  title: 'Llama',
  paper: 'Touvron et al. 2023, https://arxiv.org/abs/2302.13971',
  causal: true,
  classes: decoderClasses('Llama'),
  weightNames: { prefix: 'model.', surplus: [] },
  inferTask: inferDecoderTask(false),
  dimensions,
  build,
};

function dimensions(config: ConfigReader): Dimensions {
  return {
    layers: config.count('num_hidden_layers', 32),
    heads: config.count('num_attention_heads', 32),
    width: config.count('hidden_size', 4096),
    contextLength: config.count('max_position_embeddings', 2048),
    vocabularySize: config.count('vocab_size', 32000),
    segments: 0,
  };
}

function build(context: BuildContext): void {
  const { config } = context;
  const sizes = dimensions(config);
  const heads = headSizes(config, sizes);
  const attentionBias = config.flag('attention_bias', false);
  const mlpBias = config.flag('mlp_bias', false);
  const { width, contextLength } = sizes;
  const angles = rotary(context, rotarySettings(config, { headWidth: heads.headWidth, contextLength }));
  const mask = causalBias(context);
  rmsNormDecoder(context, {
    sizes,
    epsilon: config.positive('rms_norm_eps', 1e-6),
    attention: (x, names) =>
      projectedAttention(context, x, {
        ...heads,
        ...names,
        width,
        mask,
        bias: { input: attentionBias, output: attentionBias },
        rotate: (head) => rotate(context, head, angles),
      }),
    mlp: (x, names) =>
      gatedMlp(context, x, {
        ...names,
        width,
        inner: config.count('intermediate_size', 11008),
        activation: ['hidden_act', 'silu'],
        bias: mlpBias,
      }),
  });
}
