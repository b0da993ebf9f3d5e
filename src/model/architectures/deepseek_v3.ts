import type { Value } from '../../graph/index.js';
import type { Architecture, BuildContext, Dimensions } from '../architecture.js';
import { causalBias } from '../blocks/attention.js';
import { decoderClasses, inferDecoderTask } from '../blocks/decoder-head.js';
import { type GatedMlp, gatedMlp } from '../blocks/gated-mlp.js';
import { groupedRouter } from '../blocks/grouped-router.js';
import { latentAttention } from '../blocks/latent-attention.js';
import { mixtureOfExperts } from '../blocks/mixture-of-experts.js';
import { type PartNames, rmsNormDecoder } from '../blocks/rms-norm-decoder.js';
import { rotary, rotate } from '../blocks/rotary.js';
import { type RotarySettings, yarnStretch } from '../blocks/rotary-frequencies.js';
import { rotarySettings } from '../blocks/rotary-settings.js';
import type { ConfigReader } from '../config-reader.js';

/** DeepSeek-V3: attention through latents, and many small experts in groups beside one that all tokens share. */
export const deepseekV3: Architecture = {
  modelType: 'deepseek_v3',
  title: 'DeepSeek-V3',
  paper: 'DeepSeek-AI 2024, https://arxiv.org/abs/2412.19437',
  causal: true,
  classes: decoderClasses('DeepseekV3'),
  // Layer 61 of the published model predicts further tokens: transformers leaves it out too.
  weightNames: { prefix: 'model.', surplus: [/^model\.layers\.61\./] },
  inferTask: inferDecoderTask(false),
  dimensions,
  build,
};

function dimensions(config: ConfigReader): Dimensions {
  const heads = config.count('num_attention_heads', 128);
  config.require('num_key_value_heads', heads);
  return {
    layers: config.count('num_hidden_layers', 61),
    heads,
    width: config.count('hidden_size', 7168),
    contextLength: config.count('max_position_embeddings', 4096),
    vocabularySize: config.count('vocab_size', 129280),
    segments: 0,
  };
}

function build(context: BuildContext): void {
  const { config } = context;
  const sizes = dimensions(config);
  const { heads, width, contextLength } = sizes;
  const dense = config.whole('first_k_dense_replace', 3);

  const [plainWidth, turnedWidth] = [
    config.count('qk_nope_head_dim', 128),
    config.count('qk_rope_head_dim', 64),
  ];
  const settings = rotarySettings(config, { headWidth: turnedWidth, contextLength });
  const angles = rotary(context, settings, config.flag('rope_interleave', true) ? 'neighbours' : 'halves');
  const attention = {
    width,
    heads,
    plainWidth,
    turnedWidth,
    valueWidth: config.count('v_head_dim', 128),
    queryRank: config.value('q_lora_rank') === null ? undefined : config.count('q_lora_rank', 1536),
    rank: config.count('kv_lora_rank', 512),
    bias: config.flag('attention_bias', false),
    mask: causalBias(context),
    scale: stretched(settings) ** 2 / Math.sqrt(plainWidth + turnedWidth),
    rotate: (x: Value) => rotate(context, x, angles),
  };
  rmsNormDecoder(context, {
    sizes,
    epsilon: config.positive('rms_norm_eps', 1e-6),
    attention: (x, names) => latentAttention(context, x, { ...attention, ...names }),
    mlp: (x, names, layer) => {
      if (layer >= dense) return mixture(context, x, names);
      return gated(context, x, { ...names, inner: config.count('intermediate_size', 18432) });
    },
  });
}

/** What a scaling with `mscale_all_dim` stretches queries and keys by, each, beside what turns them. */
function stretched({ type, scaling }: RotarySettings): number {
  const { factor, mscale_all_dim: by } = scaling;
  const given = type !== 'default' && typeof factor === 'number' && typeof by === 'number' && by !== 0;
  return given ? yarnStretch(factor, by) : 1;
}

/** What the chosen experts add up to, and those that all tokens share, which are stored as one. */
function mixture(context: BuildContext, x: Value, { weights, hook }: PartNames): Value {
  const { graph, config } = context;
  const router = groupedRouter(context, x, {
    weights: `${weights}.gate`,
    hook,
    width: dimensions(config).width,
    experts: config.count('n_routed_experts', 256, 'num_local_experts'),
    groups: config.count('n_group', 8),
    chosenGroups: config.count('topk_group', 4),
    chosen: config.count('num_experts_per_tok', 8),
    normalized: config.flag('norm_topk_prob', true),
    scale: config.positive('routed_scaling_factor', 2.5),
  });
  const inner = config.count('moe_intermediate_size', 2048);
  const routed = mixtureOfExperts(context, x, router, hook, (tokens, index) =>
    gated(context, tokens, { weights: `${weights}.experts.${index}`, inner }),
  );
  const shared = gated(context, x, {
    weights: `${weights}.shared_experts`,
    hook: `${hook}.shared_experts`,
    inner: inner * config.count('n_shared_experts', 1),
  });
  return graph.apply('Add', [routed, shared]);
}

function gated(context: BuildContext, x: Value, mlp: Omit<GatedMlp, 'width' | 'activation'>): Value {
  const { width } = dimensions(context.config);
  return gatedMlp(context, x, { ...mlp, width, activation: ['hidden_act', 'silu'] });
}
