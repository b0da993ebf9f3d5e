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

/** Gemma: Llama with scaled embeddings, norms whose gains are stored around 0, wide heads and GELU gates. */
export const gemma: Architecture = {
  modelType: 'gemma',
  title: 'Gemma',
  paper: 'Gemma Team 2024, https://arxiv.org/abs/2403.08295',
  causal: true,
  classes: decoderClasses('Gemma'),
  weightNames: { prefix: 'model.', surplus: [] },
  inferTask: inferDecoderTask(true),
  dimensions,
  build,
};

function dimensions(config: ConfigReader): Dimensions {
  config.require('use_bidirectional_attention', false);
  config.require('hidden_activation', 'gelu_pytorch_tanh');
  return {
    layers: config.count('num_hidden_layers', 28),
    heads: config.count('num_attention_heads', 16),
    width: config.count('hidden_size', 3072),
    contextLength: config.count('max_position_embeddings', 8192),
    vocabularySize: config.count('vocab_size', 256000),
    segments: 0,
  };
}

function build(context: BuildContext): void {
  const { config } = context;
  const sizes = dimensions(config);
  const heads = headSizes(config, sizes, { keyValueHeads: 16, headWidth: 256 });
  const bias = config.flag('attention_bias', false);
  // The first configs said gelu where the tanh approximation was trained, which the later key names.
  const activationKey = config.value('hidden_act') === 'gelu' ? 'hidden_activation' : 'hidden_act';
  const { width, contextLength } = sizes;
  const angles = rotary(context, rotarySettings(config, { headWidth: heads.headWidth, contextLength }));
  const mask = causalBias(context);
  rmsNormDecoder(context, {
    sizes,
    epsilon: config.positive('rms_norm_eps', 1e-6),
    norm: { offset: 1 },
    embeddingScale: Math.sqrt(width),
    attention: (x, names) =>
      projectedAttention(context, x, {
        ...heads,
        ...names,
        width,
        mask,
        bias: { input: bias, output: bias },
        rotate: (head) => rotate(context, head, angles),
      }),
    mlp: (x, names) =>
      gatedMlp(context, x, {
        ...names,
        width,
        inner: config.count('intermediate_size', 24576),
        activation: [activationKey, 'gelu_pytorch_tanh'],
      }),
    tied: true,
  });
}
