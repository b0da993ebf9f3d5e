import type { Value } from '../../graph/index.js';
import type { Architecture, BuildContext, Dimensions } from '../architecture.js';
import { softmaxWithSink } from '../blocks/attention-sinks.js';
import { decoderClasses, inferDecoderTask } from '../blocks/decoder-head.js';
import { headSizes } from '../blocks/head-sizes.js';
import { biasOfLayers, layerTypesOf, windowOf } from '../blocks/layer-types.js';
import { mixtureOfExperts, softmaxRouter } from '../blocks/mixture-of-experts.js';
import { neighbours } from '../blocks/neighbours.js';
import { projectedAttention } from '../blocks/projected-attention.js';
import { type PartNames, rmsNormDecoder } from '../blocks/rms-norm-decoder.js';
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
  inferTask: inferDecoderTask(false),
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
  const { config } = context;
  const sizes = dimensions(config);
  const heads = headSizes(config, sizes, { keyValueHeads: 8, headWidth: 64 });
  const bias = config.flag('attention_bias', true);
  const { layers, width, contextLength } = sizes;
  const { headWidth } = heads;
  const rotation = { headWidth, contextLength, theta: 150_000, scaling: defaultScaling };
  const angles = rotary(context, rotarySettings(config, rotation));
  const types = layerTypesOf(config, layers, (layer) =>
    layer % 2 === 0 ? 'sliding_attention' : 'full_attention',
  );
  const masks = biasOfLayers(context, types, windowOf(config, 128));
  rmsNormDecoder(context, {
    sizes,
    epsilon: config.positive('rms_norm_eps', 1e-5),
    attention: (x, names, layer) =>
      projectedAttention(context, x, {
        ...heads,
        ...names,
        width,
        mask: masks[layer]!,
        bias: { input: bias, output: bias },
        rotate: (head) => rotate(context, head, angles),
        softmax: (scores) => softmaxWithSink(context, scores, names.hook, `${names.weights}.sinks`),
      }),
    mlp: (x, names) => mixture(context, x, names),
  });
}

function mixture(context: BuildContext, x: Value, { weights, hook }: PartNames): Value {
  const { config } = context;
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
