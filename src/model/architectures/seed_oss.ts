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

/** Seed-OSS: Llama with grouped queries, and biases of queries, keys and values apart from that of attention's output. */
export const seedOss: Architecture = {
  modelType: 'seed_oss',
  title: 'Seed-OSS',
  paper: 'ByteDance Seed 2025, https://github.com/ByteDance-Seed/seed-oss',
  causal: true,
  classes: decoderClasses('SeedOss'),
  weightNames: { prefix: 'model.', surplus: [] },
  inferTask: inferDecoderTask(false),
  dimensions,
  build,
};

function dimensions(config: ConfigReader): Dimensions {
  return {
    layers: config.count('num_hidden_layers', 64),
    heads: config.count('num_attention_heads', 80),
    width: config.count('hidden_size', 4096),
    contextLength: config.count('max_position_embeddings', 524288),
    vocabularySize: config.count('vocab_size', 155136),
    segments: 0,
  };
}

function build(context: BuildContext): void {
  const { config } = context;
  const sizes = dimensions(config);
  const heads = headSizes(config, sizes, { headWidth: 128, keyValueHeads: 8 });
  const bias = {
    input: config.flag('attention_bias', true),
    output: config.flag('attention_out_bias', false),
  };
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
        bias,
        rotate: (head) => rotate(context, head, angles),
      }),
    mlp: (x, names) =>
      gatedMlp(context, x, {
        ...names,
        width,
        inner: config.count('intermediate_size', 27648),
        activation: ['hidden_act', 'silu'],
        bias: mlpBias,
      }),
  });
}
