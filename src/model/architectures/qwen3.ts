import type { Value } from '../../graph/index.js';
import type { Architecture, BuildContext, Dimensions } from '../architecture.js';
import { decoderClasses, inferDecoderTask } from '../blocks/decoder-head.js';
import { gatedMlp } from '../blocks/gated-mlp.js';
import { headSizes } from '../blocks/head-sizes.js';
import { biasOfLayers, layerTypesOf, windowOf } from '../blocks/layer-types.js';
import { projectedAttention } from '../blocks/projected-attention.js';
import { rmsNorm } from '../blocks/rms-norm.js';
import { rmsNormDecoder } from '../blocks/rms-norm-decoder.js';
import { rotary, rotate } from '../blocks/rotary.js';
import { rotarySettings } from '../blocks/rotary-settings.js';
import type { ConfigReader } from '../config-reader.js';

/** Qwen3: Qwen2 without its biases, with an RMSNorm over each head's queries and keys. */
export const qwen3: Architecture = {
  modelType: 'qwen3',
  title: 'Qwen3',
  paper: 'Yang et al. 2025, https://arxiv.org/abs/2505.09388',
  causal: true,
  classes: decoderClasses('Qwen3'),
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
    contextLength: config.count('max_position_embeddings', 32768),
    vocabularySize: config.count('vocab_size', 151936),
    segments: 0,
  };
}

function build(context: BuildContext): void {
  const { config } = context;
  const sizes = dimensions(config);
  const heads = headSizes(config, sizes, { keyValueHeads: 32, headWidth: 128 });
  const epsilon = config.positive('rms_norm_eps', 1e-6);
  const bias = config.flag('attention_bias', false);
  const { layers, width, contextLength } = sizes;
  const angles = rotary(context, rotarySettings(config, { headWidth: heads.headWidth, contextLength }));
  const window = config.flag('use_sliding_window', false) ? windowOf(config, 4096) : undefined;
  const firstSliding = window === undefined ? layers : config.whole('max_window_layers', 28);
  const types = layerTypesOf(config, layers, (layer) =>
    layer >= firstSliding ? 'sliding_attention' : 'full_attention',
  );
  const masks = biasOfLayers(context, types, window);
  const headNorm = (x: Value, weights: string) => rmsNorm(context, x, { weights }, heads.headWidth, epsilon);
  rmsNormDecoder(context, {
    sizes,
    epsilon,
    attention: (x, names, layer) =>
      projectedAttention(context, x, {
        ...heads,
        ...names,
        width,
        mask: masks[layer]!,
        bias: { input: bias, output: bias },
        normalize: {
          q: (head) => headNorm(head, `${names.weights}.q_norm`),
          k: (head) => headNorm(head, `${names.weights}.k_norm`),
        },
        rotate: (head) => rotate(context, head, angles),
      }),
    mlp: (x, names) =>
      gatedMlp(context, x, {
        ...names,
        width,
        inner: config.count('intermediate_size', 22016),
        activation: ['hidden_act', 'silu'],
      }),
  });
}
