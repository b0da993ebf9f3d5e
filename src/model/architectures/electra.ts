import type { Value } from '../../graph/index.js';
import type { Architecture, BuildContext, Dimensions } from '../architecture.js';
import { activation } from '../blocks/activation.js';
import { paddingBias } from '../blocks/attention.js';
import { bertBlockNames, encoderBlock, renameOldNorms } from '../blocks/encoder-block.js';
import { encoderEmbedding } from '../blocks/encoder-embedding.js';
import { labelHead, maskedHead, pooled, tokenHead } from '../blocks/encoder-head.js';
import { linear } from '../blocks/linear.js';
import type { ConfigReader } from '../config-reader.js';

/** ELECTRA: BERT with narrow embeddings, as a generator of tokens and as a discriminator that tells which were replaced. */
export const electra: Architecture = {
  modelType: 'electra',
  title: 'ELECTRA',
  paper: 'Clark et al. 2020, https://arxiv.org/abs/2003.10555',
  causal: false,
  classes: {
    ElectraForMaskedLM: 'masked-lm',
    ElectraForPreTraining: 'replaced-token-detection',
    ElectraForQuestionAnswering: 'question-answering',
    ElectraForSequenceClassification: 'sequence-classification',
    ElectraForTokenClassification: 'token-classification',
    ElectraModel: 'base',
  },
  weightNames: {
    prefix: 'electra.',
    rename: renameOldNorms,
    surplus: [
      /embeddings\.token_type_ids$/,
      /^(generator_predictions|generator_lm_head|discriminator_predictions)\./,
    ],
  },
  inferTask: (hasWeight) => {
    if (hasWeight('generator_predictions.dense.weight')) return 'masked-lm';
    if (hasWeight('discriminator_predictions.dense.weight')) return 'replaced-token-detection';
    if (hasWeight('qa_outputs.weight')) return 'question-answering';
    if (hasWeight('classifier.out_proj.weight')) return 'sequence-classification';
    return hasWeight('classifier.weight') ? 'token-classification' : 'base';
  },
  dimensions,
  build,
};

function dimensions(config: ConfigReader): Dimensions {
  config.require('position_embedding_type', 'absolute');
  config.require('is_decoder', false);
  config.require('add_cross_attention', false);
  config.require('pruned_heads', {});
  const width = config.count('hidden_size', 256);
  const heads = config.count('num_attention_heads', 4);
  config.requireDivisible('hidden_size', width, 'num_attention_heads', heads);
  return {
    layers: config.count('num_hidden_layers', 12),
    heads,
    width,
    contextLength: config.count('max_position_embeddings', 512),
    vocabularySize: config.count('vocab_size', 30522),
    segments: config.count('type_vocab_size', 2),
  };
}

function build(context: BuildContext): void {
  const { graph, config } = context;
  const sizes = dimensions(config);
  const { width, contextLength, layers } = sizes;
  const tableWidth = config.count('embedding_size', 128);
  const inner = config.count('intermediate_size', 1024);
  const epsilon = config.positive('layer_norm_eps', 1e-12);

  const narrow = encoderEmbedding(context, { ...sizes, width: tableWidth, places: contextLength, epsilon });
  const wide =
    tableWidth === width
      ? narrow
      : linear(context, narrow, 'embeddings_project', { from: tableWidth, to: width });
  let residual = graph.hook('hook_full_embed', wide);
  const bias = paddingBias(context);
  for (let layer = 0; layer < layers; layer++) {
    residual = encoderBlock(context, layer, residual, bias, {
      ...sizes,
      names: bertBlockNames(`encoder.layer.${layer}`),
      inner,
      epsilon,
      activation: ['hidden_act', 'gelu'],
    });
  }
  head(context, residual, { ...sizes, tableWidth, epsilon });
}

interface HeadSizes {
  readonly width: number;
  readonly tableWidth: number;
  readonly vocabularySize: number;
  readonly epsilon: number;
}

function head(context: BuildContext, final: Value, sizes: HeadSizes): void {
  const { graph, task } = context;
  const { width } = sizes;
  const gelu = (x: Value) => graph.apply('Gelu', [x], { approximate: 'none' });
  if (task === 'masked-lm') {
    maskedHead(context, final, {
      ...sizes,
      activation: gelu,
      dense: 'generator_predictions.dense',
      norm: 'generator_predictions.LayerNorm',
      decoder: 'generator_lm_head',
      bias: 'generator_lm_head.bias',
    });
  }
  if (task === 'replaced-token-detection') {
    const dense = linear(context, final, 'discriminator_predictions.dense', { from: width, to: width });
    const active = activation(context, 'hidden_act', 'gelu', dense);
    const scores = 'discriminator_predictions.dense_prediction';
    graph.hook('logits', linear(context, active, scores, { from: width, to: 1 }));
  }
  tokenHead(context, final, width);
  if (task === 'sequence-classification') {
    labelHead(context, pooled(context, final, 'classifier.dense', width, gelu), 'classifier.out_proj', width);
  }
}
