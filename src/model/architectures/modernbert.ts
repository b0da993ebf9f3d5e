import type { Value } from '../../graph/index.js';
import type { Architecture, BuildContext, Dimensions } from '../architecture.js';
import { activation } from '../blocks/activation.js';
import { attention, paddingBias } from '../blocks/attention.js';
import { embedding } from '../blocks/embedding.js';
import { labelHead, vocabularyHead } from '../blocks/encoder-head.js';
import { gatedMlp } from '../blocks/gated-mlp.js';
import { layerNorm } from '../blocks/layer-norm.js';
import { biasOfLayers, layerTypesOf } from '../blocks/layer-types.js';
import { linear } from '../blocks/linear.js';
import { firstToken, meanToken } from '../blocks/pooling.js';
import { preNormBlock } from '../blocks/pre-norm-block.js';
import { rotate } from '../blocks/rotary.js';
import { rotaryOfLayers } from '../blocks/rotary-of-layers.js';
import type { ConfigReader } from '../config-reader.js';

/** ModernBERT: a pre-norm encoder with rotary positions, gated MLPs, and windows in two of three layers. */
export const modernbert: Architecture = {
  modelType: 'modernbert',
  title: 'ModernBERT',
  paper: 'Warner et al. 2024, https://arxiv.org/abs/2412.13663',
  causal: false,
  classes: {
    ModernBertForMaskedLM: 'masked-lm',
    ModernBertForQuestionAnswering: 'question-answering',
    ModernBertForSequenceClassification: 'sequence-classification',
    ModernBertForTokenClassification: 'token-classification',
    ModernBertModel: 'base',
  },
  weightNames: { prefix: 'model.', surplus: [/^(head|decoder)\./] },
  inferTask: (hasWeight) => {
    if (hasWeight('classifier.weight')) return 'sequence-classification';
    return hasWeight('head.dense.weight') ? 'masked-lm' : 'base';
  },
  dimensions,
  build,
};

function dimensions(config: ConfigReader): Dimensions {
  const width = config.count('hidden_size', 768);
  const heads = config.count('num_attention_heads', 12);
  config.requireDivisible('hidden_size', width, 'num_attention_heads', heads);
  return {
    layers: config.count('num_hidden_layers', 22),
    heads,
    width,
    contextLength: config.count('max_position_embeddings', 8192),
    vocabularySize: config.count('vocab_size', 50368),
    segments: 0,
  };
}

/** A LayerNorm as all of them are here. */
function norm(context: BuildContext, x: Value, weights: string, hook?: string): Value {
  const { config } = context;
  const { width } = dimensions(config);
  const names = hook === undefined ? { weights } : { weights, hook };
  const epsilon = config.positive('norm_eps', 1e-5);
  return layerNorm(context, x, names, width, epsilon, { bias: config.flag('norm_bias', false) });
}

function build(context: BuildContext): void {
  const { graph, config, inputs } = context;
  const { layers, heads, width, contextLength, vocabularySize } = dimensions(config);
  const headWidth = width / heads;
  const inner = config.count('intermediate_size', 1152);
  const attentionBias = config.flag('attention_bias', false);
  const mlpBias = config.flag('mlp_bias', false);
  const globalEvery = config.count('global_attn_every_n_layers', 3);
  const types = layerTypesOf(config, layers, (layer) =>
    layer % globalEvery === 0 ? 'full_attention' : 'sliding_attention',
  );
  const reach = Math.floor(config.count('local_attention', 128) / 2);
  const masks = biasOfLayers(context, types, reach, paddingBias);
  const angles = rotaryOfLayers(
    context,
    { headWidth, contextLength },
    {
      full_attention: { theta: 160_000, thetaKey: 'global_rope_theta' },
      sliding_attention: { theta: 10_000, thetaKey: 'local_rope_theta' },
    },
  );

  const table = 'embeddings.tok_embeddings.weight';
  const tokens = graph.hook('hook_embed', embedding(context, inputs.tokens, table, vocabularySize, width));
  let residual = graph.hook('hook_full_embed', norm(context, tokens, 'embeddings.norm'));
  for (let layer = 0; layer < layers; layer++) {
    const [weights, hook] = [`layers.${layer}`, `blocks.${layer}`];
    residual = preNormBlock(context, layer, residual, {
      // The embeddings are normed already.
      ln1: (x) => (layer === 0 ? x : norm(context, x, `${weights}.attn_norm`, `${hook}.ln1`)),
      attention: (x) => {
        const qkv = linear(context, x, `${weights}.attn.Wqkv`, { from: width, to: 3 * width }, attentionBias);
        const [q, k, v] = graph.applyAll('Split', [qkv], { axis: -1, sizes: [width, width, width] });
        const z = attention(context, `${hook}.attn`, q!, k!, v!, masks[layer]!, {
          heads,
          headWidth,
          scale: 1 / Math.sqrt(headWidth),
          rotate: (head) => rotate(context, head, angles[types[layer]!]),
        });
        return linear(context, z, `${weights}.attn.Wo`, { from: width, to: width }, attentionBias);
      },
      ln2: (x) => norm(context, x, `${weights}.mlp_norm`, `${hook}.ln2`),
      mlp: (x) =>
        gatedMlp(context, x, {
          weights: `${weights}.mlp`,
          hook: `${hook}.mlp`,
          width,
          inner,
          activation: ['hidden_activation', 'gelu'],
          bias: mlpBias,
          fused: 'Wi',
          output: 'Wo',
        }),
    });
  }
  head(context, norm(context, residual, 'final_norm', 'ln_final'), table);
}

/** Every head reads LayerNorm(activation(dense(x))). */
function head(context: BuildContext, final: Value, table: string): void {
  const { graph, config, weights, task } = context;
  const { width, vocabularySize } = dimensions(config);
  const prepare = (x: Value) => {
    const dense = linear(
      context,
      x,
      'head.dense',
      { from: width, to: width },
      config.flag('classifier_bias', false),
    );
    return norm(context, activation(context, 'classifier_activation', 'gelu', dense), 'head.norm');
  };
  if (task === 'masked-lm') {
    const tied = config.flag('tie_word_embeddings', true) && !weights.has('decoder.weight');
    vocabularyHead(context, final, {
      prepare,
      layer: 'decoder',
      table: tied ? table : 'decoder.weight',
      shape: [vocabularySize, width],
      bias: config.flag('decoder_bias', true) ? 'decoder.bias' : undefined,
    });
  }
  if (task === 'question-answering')
    graph.hook('logits', linear(context, prepare(final), 'classifier', { from: width, to: 2 }));
  if (task === 'token-classification') labelHead(context, prepare(final), 'classifier', width);
  if (task === 'sequence-classification') {
    const pooling = config.choice('classifier_pooling', 'cls', ['cls', 'mean']);
    const one = (pooling === 'cls' ? firstToken : meanToken)(context, final);
    const ready = graph.apply('Reshape', [prepare(one)], { shape: ['batch', width] });
    labelHead(context, ready, 'classifier', width);
  }
}
