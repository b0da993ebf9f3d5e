import type { Value } from '../../graph/index.js';
import type { Architecture, BuildContext, Dimensions } from '../architecture.js';
import { activation } from '../blocks/activation.js';
import { paddingBias } from '../blocks/attention.js';
import { bertBlockNames, encoderBlock, renameOldNorms } from '../blocks/encoder-block.js';
import { encoderEmbedding } from '../blocks/encoder-embedding.js';
import { labelHead, maskedHead, pooled, tokenHead } from '../blocks/encoder-head.js';
import { linear } from '../blocks/linear.js';
import type { ConfigReader } from '../config-reader.js';

/** BERT: post-norm encoder with learned positions and segments. */
export const bert: Architecture = {
  modelType: 'bert',
  title: 'BERT',
  paper: 'Devlin et al. 2019, https://arxiv.org/abs/1810.04805',
  causal: false,
  classes: {
    BertForMaskedLM: 'masked-lm',
    BertForPreTraining: 'masked-lm',
    BertForQuestionAnswering: 'question-answering',
    BertForSequenceClassification: 'sequence-classification',
    BertForTokenClassification: 'token-classification',
    BertModel: 'base',
  },
  weightNames: {
    prefix: 'bert.',
    rename: renameOldNorms,
    surplus: [/embeddings\.token_type_ids$/, /(^|\.)pooler\./, /^cls\./],
  },
  inferTask: (hasWeight) => {
    if (hasWeight('cls.predictions.transform.dense.weight')) return 'masked-lm';
    if (hasWeight('qa_outputs.weight')) return 'question-answering';
    if (!hasWeight('classifier.weight')) return 'base';
    return hasWeight('pooler.dense.weight') ? 'sequence-classification' : 'token-classification';
  },
  dimensions,
  build,
};

function dimensions(config: ConfigReader): Dimensions {
  config.require('position_embedding_type', 'absolute');
  config.require('is_decoder', false);
  config.require('add_cross_attention', false);
  config.require('pruned_heads', {});
  const width = config.count('hidden_size', 768);
  const heads = config.count('num_attention_heads', 12);
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
  const epsilon = config.positive('layer_norm_eps', 1e-12);
  const inner = config.count('intermediate_size', 3072);
  const embedded = encoderEmbedding(context, { ...sizes, places: sizes.contextLength, epsilon });
  let residual = graph.hook('hook_full_embed', embedded);
  const bias = paddingBias(context);
  for (let layer = 0; layer < sizes.layers; layer++) {
    residual = encoderBlock(context, layer, residual, bias, {
      ...sizes,
      names: bertBlockNames(`encoder.layer.${layer}`),
      inner,
      epsilon,
      activation: ['hidden_act', 'gelu'],
    });
  }
  head(context, residual, epsilon);
}

function head(context: BuildContext, final: Value, epsilon: number): void {
  const { graph, config, weights, task } = context;
  const { width, vocabularySize } = dimensions(config);
  if (task === 'masked-lm') {
    maskedHead(context, final, {
      width,
      tableWidth: width,
      vocabularySize,
      epsilon,
      activation: (x) => activation(context, 'hidden_act', 'gelu', x),
      dense: 'cls.predictions.transform.dense',
      norm: 'cls.predictions.transform.LayerNorm',
      decoder: 'cls.predictions.decoder',
      bias: 'cls.predictions.bias',
    });
  }
  tokenHead(context, final, width);
  if (!weights.has('pooler.dense.weight')) return;
  const pooler = graph.hook('hook_pooler_out', pooled(context, final, 'pooler.dense', width));
  if (task === 'sequence-classification') labelHead(context, pooler, 'classifier', width);
  if (weights.has('cls.seq_relationship.weight')) {
    graph.hook('hook_nsp_out', linear(context, pooler, 'cls.seq_relationship', { from: width, to: 2 }));
  }
}
