import { PellucidError } from '../../errors.js';
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

/** SmolLM3: Llama in which some layers, every fourth by default, do not rotate queries and keys (NoPE). */
export const smollm3: Architecture = {
  modelType: 'smollm3',
  title: 'SmolLM3',
  paper: 'Bakouch et al. 2025, SmolLM3: smol, multilingual, long-context reasoner',
  causal: true,
  classes: decoderClasses('SmolLM3'),
  weightNames: { prefix: 'model.', surplus: [] },
  inferTask: inferDecoderTask(true),
  dimensions,
  build,
};

function dimensions(config: ConfigReader): Dimensions {
  return {
    layers: config.count('num_hidden_layers', 36),
    heads: config.count('num_attention_heads', 16),
    width: config.count('hidden_size', 2048),
    contextLength: config.count('max_position_embeddings', 32768),
    vocabularySize: config.count('vocab_size', 128256),
    segments: 0,
  };
}

function build(context: BuildContext): void {
  const { config } = context;
  const sizes = dimensions(config);
  const heads = headSizes(config, sizes, { keyValueHeads: 4 });
  const attentionBias = config.flag('attention_bias', false);
  const mlpBias = config.flag('mlp_bias', false);
  const { layers, width, contextLength } = sizes;
  const rotation = { headWidth: heads.headWidth, contextLength, theta: 2_000_000 };
  const angles = rotary(context, rotarySettings(config, rotation));
  const rotated = rotatedLayers(config, layers);
  const window = windowOf(config);
  const slides = config.flag('use_sliding_window', false) && window !== undefined;
  const types = layerTypesOf(config, layers, (layer) =>
    slides && !rotated[layer] ? 'sliding_attention' : 'full_attention',
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
        bias: { input: attentionBias, output: attentionBias },
        rotate: rotated[layer] ? (head) => rotate(context, head, angles) : undefined,
      }),
    mlp: (x, names) =>
      gatedMlp(context, x, {
        ...names,
        width,
        inner: config.count('intermediate_size', 11008),
        activation: ['hidden_act', 'silu'],
        bias: mlpBias,
      }),
    tied: true,
  });
}

/** Which layers rotate: those with a 1 in `no_rope_layers`, else all but every `no_rope_layer_interval`th. */
function rotatedLayers(config: ConfigReader, layers: number): readonly boolean[] {
  const given = config.value('no_rope_layers');
  const interval = config.count('no_rope_layer_interval', 4);
  if (given == null) return Array.from({ length: layers }, (_, layer) => (layer + 1) % interval !== 0);
  if (!Array.isArray(given) || given.length < layers || given.some((flag) => flag !== 0 && flag !== 1)) {
    throw new PellucidError(
      'bad-checkpoint',
      `config.json of ${config.where}: no_rope_layers must be 0 or 1 for each of the ${layers} layers.`,
    );
  }
  return given.map((flag) => flag === 1);
}
