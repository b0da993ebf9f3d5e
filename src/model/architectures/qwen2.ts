import type { Architecture, BuildContext, Dimensions } from '../architecture.js';
import { decoderClasses, inferDecoderTask } from '../blocks/decoder-head.js';
import { gatedMlp } from '../blocks/gated-mlp.js';
import { headSizes } from '../blocks/head-sizes.js';
import { biasOfLayers, layerTypesOf, windowOf } from '../blocks/layer-types.js';
import { projectedAttention } from '../blocks/projected-attention.js';
import { rmsNormDecoder } from '../blocks/rms-norm-decoder.js';
import { rotary, rotate } from '../blocks/rotary.js';
import { rotarySettings } from '../blocks/rotary-settings.js';
import type { ConfigReader } from '../config-reader.js';

/** Qwen2 and Qwen2.5: Llama with biases of queries, keys and values, and windows in the upper layers if asked for. */
export const qwen2: Architecture = {
  modelType: 'qwen2',
  title: 'Qwen2',
  paper: 'Yang et al. 2024, https://arxiv.org/abs/2407.10671',
  causal: true,
  classes: decoderClasses('Qwen2'),
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
  const heads = headSizes(config, sizes, { keyValueHeads: 32 });
  const { layers, width, contextLength } = sizes;
  const angles = rotary(context, rotarySettings(config, { headWidth: heads.headWidth, contextLength }));
  const window = config.flag('use_sliding_window', false) ? windowOf(config, 4096) : undefined;
  const firstSliding = window === undefined ? layers : config.whole('max_window_layers', 28);
  const types = layerTypesOf(config, layers, (layer) =>
    layer >= firstSliding ? 'sliding_attention' : 'full_attention',
  );
  const masks = biasOfLayers(context, types, window);
  rmsNormDecoder(context, {
    sizes,
    epsilon: config.positive('rms_norm_eps', 1e-6),
    attention: (x, names, layer) =>
      projectedAttention(context, x, {
        ...heads,
        ...names,
        width,
        mask: masks[layer]!,
        bias: { input: true, output: false },
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
