import { PellucidError } from '../../errors.js';
import type { Value } from '../../graph/index.js';
import type { Architecture, BuildContext, Dimensions } from '../architecture.js';
import { activation } from '../blocks/activation.js';
import { attention, causalBias } from '../blocks/attention.js';
import { decoderClasses, decoderHead, inferDecoderTask, tokenTable } from '../blocks/decoder-head.js';
import { embedding } from '../blocks/embedding.js';
import { layerNorm } from '../blocks/layer-norm.js';
import { linear } from '../blocks/linear.js';
import { plainMlp } from '../blocks/plain-mlp.js';
import { preNormBlock } from '../blocks/pre-norm-block.js';
import type { ConfigReader } from '../config-reader.js';

/** GPT-Neo: pre-norm decoder with learned positions, global and local attention, and scores that are not scaled. */
export const gptNeo: Architecture = {
  modelType: 'gpt_neo',
  title: 'GPT-Neo',
  paper: 'Black et al. 2021, https://doi.org/10.5281/zenodo.5297715',
  causal: true,
  classes: decoderClasses('GPTNeo'),
  weightNames: { prefix: 'transformer.', surplus: [/\.attn\.attention\.(bias|masked_bias)$/] },
  inferTask: inferDecoderTask(true),
  dimensions,
  build,
};

function dimensions(config: ConfigReader): Dimensions {
  const width = config.count('hidden_size', 2048);
  const heads = config.count('num_heads', 16, 'num_attention_heads');
  config.requireDivisible('hidden_size', width, 'num_heads', heads);
  return {
    layers: config.count('num_layers', 24, 'num_hidden_layers'),
    heads,
    width,
    contextLength: config.count('max_position_embeddings', 2048),
    vocabularySize: config.count('vocab_size', 50257),
    segments: 0,
  };
}

function build(context: BuildContext): void {
  const { graph, config, inputs } = context;
  const { layers, width, contextLength, vocabularySize } = dimensions(config);
  const table = tokenTable(context, 'wte.weight', true);
  const tokens = graph.hook('hook_embed', embedding(context, inputs.tokens, table, vocabularySize, width));
  const places = graph.hook(
    'hook_pos_embed',
    embedding(context, inputs.positions, 'wpe.weight', contextLength, width),
  );
  const reaches = attentionLayers(config, layers);
  const everything = causalBias(context);
  const nearby = reaches.includes('local')
    ? causalBias(context, config.count('window_size', 256))
    : everything;
  let residual = graph.apply('Add', [tokens, places]);
  for (const [layer, reach] of reaches.entries()) {
    residual = block(context, layer, residual, reach === 'local' ? nearby : everything);
  }
  const final = norm(context, residual, 'ln_f', 'ln_final');
  decoderHead(context, final, { width, vocabularySize, table, tied: true });
}

/**
 * How far each layer sees: over all earlier tokens or a window of them. `attention_layers` names it for each layer,
 * `attention_types` as a pattern and how often it is repeated, such as `[[["global", "local"], 12]]`.
 */
function attentionLayers(config: ConfigReader, layers: number): readonly string[] {
  const patterns = config.value('attention_types') ?? [[['global', 'local'], 12]];
  const named =
    config.value('attention_layers') ?? (Array.isArray(patterns) ? repeated(patterns, layers) : []);
  if (
    Array.isArray(named) &&
    named.length === layers &&
    named.every((reach) => reach === 'global' || reach === 'local')
  ) {
    return named;
  }
  throw new PellucidError(
    'bad-checkpoint',
    `config.json of ${config.where}: attention_types must give "global" or "local" for each of the ${layers} layers.`,
  );
}

function repeated(patterns: readonly unknown[], layers: number): unknown[] {
  return patterns.flatMap((entry) => {
    const [pattern, times] = Array.isArray(entry) ? (entry as unknown[]) : [];
    const bounded = Array.isArray(pattern) && Number.isInteger(times) && (times as number) <= layers;
    return bounded ? Array.from({ length: times as number }, () => pattern as unknown[]).flat() : [undefined];
  });
}

function norm(context: BuildContext, x: Value, weights: string, hook: string): Value {
  const { width } = dimensions(context.config);
  return layerNorm(context, x, { weights, hook }, width, context.config.positive('layer_norm_epsilon', 1e-5));
}

function block(context: BuildContext, layer: number, input: Value, bias: Value): Value {
  const { config } = context;
  const { width, heads } = dimensions(config);
  const hook = `blocks.${layer}`;
  const weight = `h.${layer}`;
  const project = (x: Value, part: string, withBias = false) =>
    linear(context, x, `${weight}.attn.attention.${part}_proj`, { from: width, to: width }, withBias);
  return preNormBlock(context, layer, input, {
    ln1: (x) => norm(context, x, `${weight}.ln_1`, `${hook}.ln1`),
    attention: (x) => {
      const [q, k, v] = [project(x, 'q'), project(x, 'k'), project(x, 'v')];
      const shape = { heads, headWidth: width / heads, scale: 1 };
      return project(attention(context, `${hook}.attn`, q, k, v, bias, shape), 'out', true);
    },
    ln2: (x) => norm(context, x, `${weight}.ln_2`, `${hook}.ln2`),
    mlp: (x) =>
      plainMlp(context, x, {
        weights: [`${weight}.mlp.c_fc`, `${weight}.mlp.c_proj`],
        hook: `${hook}.mlp`,
        width,
        inner: config.count('intermediate_size', 4 * width),
        activation: (y) => activation(context, 'activation_function', 'gelu_new', y),
      }),
  });
}
