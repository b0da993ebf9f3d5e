import type { Value } from '../../graph/index.js';
import type { Architecture, BuildContext, Dimensions } from '../architecture.js';
import { decoderClasses, inferDecoderTask } from '../blocks/decoder-head.js';
import { type GatedMlp, gatedMlp } from '../blocks/gated-mlp.js';
import { headSizes } from '../blocks/head-sizes.js';
import { biasOfAllLayers, windowOf } from '../blocks/layer-types.js';
import { layersWithExperts, mixtureOfExperts, softmaxRouter } from '../blocks/mixture-of-experts.js';
import { projectedAttention } from '../blocks/projected-attention.js';
import { rmsNorm } from '../blocks/rms-norm.js';
import { type PartNames, rmsNormDecoder } from '../blocks/rms-norm-decoder.js';
import { rotary, rotate } from '../blocks/rotary.js';
import { rotarySettings } from '../blocks/rotary-settings.js';
import type { ConfigReader } from '../config-reader.js';

/** Qwen3-MoE: Qwen3 with experts in some or all layers. */
export const qwen3Moe: Architecture = {
  modelType: 'qwen3_moe',
  title: 'Qwen3-MoE',
  paper: 'Yang et al. 2025, https://arxiv.org/abs/2505.09388',
  causal: true,
  classes: decoderClasses('Qwen3Moe'),
  weightNames: { prefix: 'model.', surplus: [] },
  inferTask: inferDecoderTask(false),
  dimensions,
  build,
};

function dimensions(config: ConfigReader): Dimensions {
  return {
    layers: config.count('num_hidden_layers', 24),
    heads: config.count('num_attention_heads', 32),
    width: config.count('hidden_size', 2048),
    contextLength: config.count('max_position_embeddings', 32768),
    vocabularySize: config.count('vocab_size', 151936),
    segments: 0,
  };
}

function build(context: BuildContext): void {
  const { config } = context;
  const sizes = dimensions(config);
  const heads = headSizes(config, sizes, { keyValueHeads: 4 });
  const epsilon = config.positive('rms_norm_eps', 1e-6);
  const bias = config.flag('attention_bias', false);
  const { layers, width, contextLength } = sizes;
  const sparse = layersWithExperts(config, layers);
  const angles = rotary(context, rotarySettings(config, { headWidth: heads.headWidth, contextLength }));
  const window = config.flag('use_sliding_window', false) ? windowOf(config, 4096) : undefined;
  const mask = biasOfAllLayers(context, window);
  const headNorm = (x: Value, weights: string) => rmsNorm(context, x, { weights }, heads.headWidth, epsilon);
  rmsNormDecoder(context, {
    sizes,
    epsilon,
    attention: (x, names) =>
      projectedAttention(context, x, {
        ...heads,
        ...names,
        width,
        mask,
        bias: { input: bias, output: bias },
        normalize: {
          q: (head) => headNorm(head, `${names.weights}.q_norm`),
          k: (head) => headNorm(head, `${names.weights}.k_norm`),
        },
        rotate: (head) => rotate(context, head, angles),
      }),
    mlp: (x, names, layer) => {
      if (sparse[layer]) return mixture(context, x, names);
      return gated(context, x, { ...names, inner: config.count('intermediate_size', 6144) });
    },
  });
}

function mixture(context: BuildContext, x: Value, { weights, hook }: PartNames): Value {
  const { config } = context;
  const router = softmaxRouter(context, x, {
    weights: `${weights}.gate`,
    hook,
    width: dimensions(config).width,
    experts: config.count('num_experts', 128, 'num_local_experts'),
    chosen: config.count('num_experts_per_tok', 8),
    normalized: config.flag('norm_topk_prob', false),
  });
  const inner = config.count('moe_intermediate_size', 768);
  return mixtureOfExperts(context, x, router, hook, (tokens, index) =>
    gated(context, tokens, { weights: `${weights}.experts.${index}`, inner }),
  );
}

function gated(context: BuildContext, x: Value, mlp: Omit<GatedMlp, 'width' | 'activation'>): Value {
  const { width } = dimensions(context.config);
  return gatedMlp(context, x, { ...mlp, width, activation: ['hidden_act', 'silu'] });
}
