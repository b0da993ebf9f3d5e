import type { Value } from '../../graph/index.js';
import type { Architecture, BuildContext, Dimensions } from '../architecture.js';
import { decoderClasses, inferDecoderTask } from '../blocks/decoder-head.js';
import { type GatedMlp, gatedMlp } from '../blocks/gated-mlp.js';
import { headSizes } from '../blocks/head-sizes.js';
import { biasOfLayers, layerTypesOf, windowOf } from '../blocks/layer-types.js';
import { linear } from '../blocks/linear.js';
import { layersWithExperts, mixtureOfExperts, softmaxRouter } from '../blocks/mixture-of-experts.js';
import { projectedAttention } from '../blocks/projected-attention.js';
import { type PartNames, rmsNormDecoder } from '../blocks/rms-norm-decoder.js';
import { rotary, rotate } from '../blocks/rotary.js';
import { rotarySettings } from '../blocks/rotary-settings.js';
import type { ConfigReader } from '../config-reader.js';

/** Qwen2-MoE: Qwen2 with experts, and one that all tokens share, in some or all layers. */
export const qwen2Moe: Architecture = {
  modelType: 'qwen2_moe',
  title: 'Qwen2-MoE',
  paper: 'Yang et al. 2024, https://arxiv.org/abs/2407.10671',
  causal: true,
  classes: decoderClasses('Qwen2Moe'),
  weightNames: { prefix: 'model.', surplus: [] },
  inferTask: inferDecoderTask(false),
  dimensions,
  build,
};

function dimensions(config: ConfigReader): Dimensions {
  return {
    layers: config.count('num_hidden_layers', 24),
    heads: config.count('num_attention_heads', 16),
    width: config.count('hidden_size', 2048),
    contextLength: config.count('max_position_embeddings', 32768),
    vocabularySize: config.count('vocab_size', 151936),
    segments: 0,
  };
}

function build(context: BuildContext): void {
  const { config } = context;
  const sizes = dimensions(config);
  const heads = headSizes(config, sizes, { keyValueHeads: 16 });
  const bias = { input: config.flag('qkv_bias', true), output: false };
  const { layers, width, contextLength } = sizes;
  const sparse = layersWithExperts(config, layers);
  const angles = rotary(context, rotarySettings(config, { headWidth: heads.headWidth, contextLength }));
  const window = config.flag('use_sliding_window', false) ? windowOf(config, 4096) : undefined;
  const lastSliding = window === undefined ? 0 : config.whole('max_window_layers', 28);
  const types = layerTypesOf(config, layers, (layer) =>
    layer < lastSliding && layer % 2 === 0 ? 'sliding_attention' : 'full_attention',
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
        bias,
        rotate: (head) => rotate(context, head, angles),
      }),
    mlp: (x, names, layer) => {
      if (sparse[layer]) return mixture(context, x, names);
      return gated(context, x, { ...names, inner: config.count('intermediate_size', 5632) });
    },
  });
}

/** What the chosen experts add up to, and the shared one by a gate of its own: σ(gate · x) · shared(x). */
function mixture(context: BuildContext, x: Value, { weights, hook }: PartNames): Value {
  const { graph, config } = context;
  const { width } = dimensions(config);
  const router = softmaxRouter(context, x, {
    weights: `${weights}.gate`,
    hook,
    width,
    experts: config.count('num_experts', 60),
    chosen: config.count('num_experts_per_tok', 4),
    normalized: config.flag('norm_topk_prob', false),
  });
  const inner = config.count('moe_intermediate_size', 1408);
  const routed = mixtureOfExperts(context, x, router, hook, (tokens, index) =>
    gated(context, tokens, { weights: `${weights}.experts.${index}`, inner }),
  );
  const shared = gated(context, x, {
    weights: `${weights}.shared_expert`,
    hook: `${hook}.shared_expert`,
    inner: config.count('shared_expert_intermediate_size', 5632),
  });
  const gate = linear(context, x, `${weights}.shared_expert_gate`, { from: width, to: 1 }, false);
  return graph.apply('Add', [routed, graph.apply('Mul', [graph.apply('Sigmoid', [gate]), shared])]);
}

function gated(context: BuildContext, x: Value, mlp: Omit<GatedMlp, 'width' | 'activation'>): Value {
  const { width } = dimensions(context.config);
  return gatedMlp(context, x, { ...mlp, width, activation: ['hidden_act', 'silu'] });
}
