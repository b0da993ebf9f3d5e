import type { Value } from '../../graph/index.js';
import type { Architecture, BuildContext, Dimensions } from '../architecture.js';
import { softmaxWithSink } from '../blocks/attention-sinks.js';
import { decoderClasses, decoderHead, inferDecoderTask, tokenTable } from '../blocks/decoder-head.js';
import { embedding } from '../blocks/embedding.js';
import { headSizes } from '../blocks/head-sizes.js';
import { biasOfLayers, layerTypesOf, windowOf } from '../blocks/layer-types.js';
import { mixtureOfExperts, softmaxRouter } from '../blocks/mixture-of-experts.js';
import { neighbours } from '../blocks/neighbours.js';
import { preNormBlock } from '../blocks/pre-norm-block.js';
import { projectedAttention } from '../blocks/projected-attention.js';
import { rmsNorm } from '../blocks/rms-norm.js';
import { rotary, rotate } from '../blocks/rotary.js';
import { rotarySettings } from '../blocks/rotary-settings.js';
import type { ConfigReader } from '../config-reader.js';

/** gpt-oss: a mixture of experts whose attention has a sink in each head, with windows in every other layer. */
export const gptOss: Architecture = {
  modelType: 'gpt_oss',
  title: 'gpt-oss',
  paper: 'OpenAI 2025, https://arxiv.org/abs/2508.10925',
  causal: true,
  classes: decoderClasses('GptOss'),
  weightNames: { prefix: 'model.', surplus: [] },
  inferTask: inferDecoderTask,
  dimensions,
  build,
};

/** Of the experts' activation, whatever the config says: the bound of both branches, and the steepness of the gate. */
const limit = 7;
const steepness = 1.702;

/** The scaling of a config that names none. */
const defaultScaling = {
  rope_type: 'yarn',
  factor: 32,
  beta_fast: 32,
  beta_slow: 1,
  truncate: false,
  original_max_position_embeddings: 4096,
};

function dimensions(config: ConfigReader): Dimensions {
  config.require('hidden_act', 'silu');
  config.require('swiglu_limit', limit);
  return {
    layers: config.count('num_hidden_layers', 36),
    heads: config.count('num_attention_heads', 64),
    width: config.count('hidden_size', 2880),
    contextLength: config.count('max_position_embeddings', 131072),
    vocabularySize: config.count('vocab_size', 201088),
    segments: 0,
  };
}

function build(context: BuildContext): void {
  const { graph, config, inputs } = context;
  const sizes = dimensions(config);
  const { layers, width, contextLength, vocabularySize } = sizes;
  const heads = headSizes(config, sizes, { keyValueHeads: 8, headWidth: 64 });
  const epsilon = config.positive('rms_norm_eps', 1e-5);
  const attentionBias = config.flag('attention_bias', true);

  const table = tokenTable(context, 'embed_tokens.weight', false);
  const { headWidth } = heads;
  const rotation = { headWidth, contextLength, theta: 150_000, scaling: defaultScaling };
  const angles = rotary(context, rotarySettings(config, rotation));
  const types = layerTypesOf(config, layers, (layer) =>
    layer % 2 === 0 ? 'sliding_attention' : 'full_attention',
  );
  const masks = biasOfLayers(context, types, windowOf(config, 128));
  const norm = (x: Value, weights: string, hook: string) =>
    rmsNorm(context, x, { weights, hook }, width, epsilon);
  let residual = graph.hook('hook_embed', embedding(context, inputs.tokens, table, vocabularySize, width));
  for (let layer = 0; layer < layers; layer++) {
    const [weights, hook] = [`layers.${layer}`, `blocks.${layer}`];
    residual = preNormBlock(context, layer, residual, {
      ln1: (x) => norm(x, `${weights}.input_layernorm`, `${hook}.ln1`),
      attention: (x) =>
        projectedAttention(context, x, {
          ...heads,
          weights: `${weights}.self_attn`,
          hook: `${hook}.attn`,
          width,
          mask: masks[layer]!,
          bias: { input: attentionBias, output: attentionBias },
          rotate: (head) => rotate(context, head, angles),
          softmax: (scores) => softmaxWithSink(context, scores, `${hook}.attn`, `${weights}.self_attn.sinks`),
        }),
      ln2: (x) => norm(x, `${weights}.post_attention_layernorm`, `${hook}.ln2`),
      mlp: (x) => mixture(context, x, layer),
    });
  }
  const final = norm(residual, 'norm', 'ln_final');
  decoderHead(context, final, { width, vocabularySize, table, tied: false });
}

function mixture(context: BuildContext, x: Value, layer: number): Value {
  const { config } = context;
  const [weights, hook] = [`layers.${layer}.mlp`, `blocks.${layer}.mlp`];
  const experts = config.count('num_local_experts', 128, 'num_experts');
  // A softmax over the chosen experts is one over all of them, divided by the sum of the chosen.
  const router = softmaxRouter(context, x, {
    weights: `${weights}.router`,
    hook,
    width: dimensions(config).width,
    experts,
    chosen: config.count('num_experts_per_tok', 4),
    normalized: true,
    bias: true,
  });
  return mixtureOfExperts(context, x, router, hook, (tokens, index) =>
    expert(context, tokens, `${weights}.experts`, index, experts),
  );
}

/** down((up + 1) · gate · σ(1.702 gate)), both branches clamped; the features of gate and up alternate. */
function expert(context: BuildContext, x: Value, name: string, index: number, experts: number): Value {
  const { graph, config, weights } = context;
  const { width } = dimensions(config);
  const inner = config.count('intermediate_size', 2880);
  const linear = (y: Value, part: string, from: number, to: number) => {
    const matrix = weights.entry(`${name}.${part}`, [experts, from, to], index);
    const bias = weights.entry(`${name}.${part}_bias`, [experts, to], index);
    return graph.apply('Add', [graph.apply('MatMul', [y, matrix]), bias]);
  };
  const [opened, other] = neighbours(context, linear(x, 'gate_up_proj', width, 2 * inner));
  const gate = graph.apply('Clip', [opened], { min: Number.NEGATIVE_INFINITY, max: limit });
  const up = graph.apply('Add', [graph.apply('Clip', [other], { min: -limit, max: limit }), graph.scalar(1)]);
  const open = graph.apply('Sigmoid', [graph.apply('Mul', [gate, graph.scalar(steepness)])]);
  const product = graph.apply('Mul', [up, graph.apply('Mul', [gate, open])]);
  return linear(product, 'down_proj', inner, width);
}
