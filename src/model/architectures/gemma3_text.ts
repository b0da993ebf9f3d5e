import type { Value } from '../../graph/index.js';
import type { Architecture, BuildContext, Dimensions } from '../architecture.js';
import { inferDecoderTask } from '../blocks/decoder-head.js';
import { gatedMlp } from '../blocks/gated-mlp.js';
import { headSizes } from '../blocks/head-sizes.js';
import { biasOfLayers, layerTypesOf, windowOf } from '../blocks/layer-types.js';
import { projectedAttention } from '../blocks/projected-attention.js';
import { rmsNorm } from '../blocks/rms-norm.js';
import { rmsNormDecoder } from '../blocks/rms-norm-decoder.js';
import { rotate } from '../blocks/rotary.js';
import { rotaryOfLayers } from '../blocks/rotary-of-layers.js';
import { capOf, softcap } from '../blocks/softcap.js';
import type { ConfigReader } from '../config-reader.js';

/** Gemma 3, text only: Gemma 2 with norms of each head's queries and keys instead of capped scores, and rotations by layer type. */
export const gemma3Text: Architecture = {
  modelType: 'gemma3_text',
  title: 'Gemma 3',
  paper: 'Gemma Team 2025, https://arxiv.org/abs/2503.19786',
  causal: true,
  classes: {
    Gemma3ForCausalLM: 'causal-lm',
    Gemma3TextForSequenceClassification: 'sequence-classification',
    Gemma3TextModel: 'base',
  },
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
    contextLength: config.count('max_position_embeddings', 131072),
    vocabularySize: config.count('vocab_size', 262208),
    segments: 0,
  };
}

function build(context: BuildContext): void {
  const { config } = context;
  const sizes = dimensions(config);
  const heads = headSizes(config, sizes, { keyValueHeads: 4, headWidth: 256 });
  const epsilon = config.positive('rms_norm_eps', 1e-6);
  const bias = config.flag('attention_bias', false);
  const logitCap = capOf(config, 'final_logit_softcapping');
  const { layers, width, contextLength } = sizes;
  const pattern = config.count('sliding_window_pattern', 6);
  const types = layerTypesOf(config, layers, (layer) =>
    (layer + 1) % pattern === 0 ? 'full_attention' : 'sliding_attention',
  );
  // A scaling beside the settings of each type (`rope_scaling`) is that of layers without a window.
  const angles = rotaryOfLayers(
    context,
    { headWidth: heads.headWidth, contextLength },
    {
      full_attention: { theta: 1_000_000 },
      sliding_attention: { thetaKey: 'rope_local_base_freq', unscaled: true },
    },
  );
  const masks = biasOfLayers(context, types, windowOf(config, 4096));
  const headNorm = (x: Value, weights: string) =>
    rmsNorm(context, x, { weights }, heads.headWidth, epsilon, { offset: 1 });
  rmsNormDecoder(context, {
    sizes,
    epsilon,
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
        normalize: {
          q: (head) => headNorm(head, `${names.weights}.q_norm`),
          k: (head) => headNorm(head, `${names.weights}.k_norm`),
        },
        rotate: (head) => rotate(context, head, angles[types[layer]!]),
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
