import type { Value } from '../../graph/index.js';
import type { Architecture, BuildContext, Dimensions } from '../architecture.js';
import { activation } from '../blocks/activation.js';
import { paddingBias } from '../blocks/attention.js';
import { type EncoderBlockNames, encoderBlock, renameOldNorms } from '../blocks/encoder-block.js';
import { encoderEmbedding } from '../blocks/encoder-embedding.js';
import { labelHead, maskedHead, pooled, tokenHead } from '../blocks/encoder-head.js';
import { linear } from '../blocks/linear.js';
import type { ConfigReader } from '../config-reader.js';

/** ALBERT: BERT with narrow embeddings, whose layers share their weights. */
export const albert: Architecture = {
  modelType: 'albert',
  title: 'ALBERT',
  paper: 'Lan et al. 2020, https://arxiv.org/abs/1909.11942',
  causal: false,
  sharesLayers: true,
  classes: {
    AlbertForMaskedLM: 'masked-lm',
    AlbertForPreTraining: 'masked-lm',
    AlbertForQuestionAnswering: 'question-answering',
    AlbertForSequenceClassification: 'sequence-classification',
    AlbertForTokenClassification: 'token-classification',
    AlbertModel: 'base',
  },
  weightNames: {
    prefix: 'albert.',
    rename: renameOldNorms,
    surplus: [/embeddings\.token_type_ids$/, /(^|\.)pooler\./, /^(predictions|sop_classifier)\./],
  },
  inferTask: (hasWeight) => {
    if (hasWeight('predictions.dense.weight')) return 'masked-lm';
    if (hasWeight('qa_outputs.weight')) return 'question-answering';
    if (!hasWeight('classifier.weight')) return 'base';
    return hasWeight('pooler.weight') ? 'sequence-classification' : 'token-classification';
  },
  dimensions,
  build,
};

function dimensions(config: ConfigReader): Dimensions {
  config.require('position_embedding_type', 'absolute');
  config.require('pruned_heads', {});
  const width = config.count('hidden_size', 4096);
  const heads = config.count('num_attention_heads', 64);
  config.requireDivisible('hidden_size', width, 'num_attention_heads', heads);
  return {
    layers: config.count('num_hidden_layers', 12) * config.count('inner_group_num', 1),
    heads,
    width,
    contextLength: config.count('max_position_embeddings', 512),
    vocabularySize: config.count('vocab_size', 30000),
    segments: config.count('type_vocab_size', 2),
  };
}

/** The weights of a block: each run of a group goes through all of its layers, and groups share out the runs. */
function blockNames(config: ConfigReader, block: number): EncoderBlockNames {
  const inGroup = config.count('inner_group_num', 1);
  const runs = config.count('num_hidden_layers', 12);
  const groups = config.count('num_hidden_groups', 1);
  const run = Math.floor(block / inGroup);
  // In this order of operations as transformers has it: another could round to another group.
  const group = Math.floor(run / (runs / groups));
  const prefix = `encoder.albert_layer_groups.${group}.albert_layers.${block % inGroup}`;
  return {
    query: `${prefix}.attention.query`,
    key: `${prefix}.attention.key`,
    value: `${prefix}.attention.value`,
    attentionOutput: `${prefix}.attention.dense`,
    ln1: `${prefix}.attention.LayerNorm`,
    mlpInput: `${prefix}.ffn`,
    mlpOutput: `${prefix}.ffn_output`,
    ln2: `${prefix}.full_layer_layer_norm`,
  };
}

function build(context: BuildContext): void {
  const { graph, config } = context;
  const sizes = dimensions(config);
  const { width, contextLength, layers } = sizes;
  const tableWidth = config.count('embedding_size', 128);
  const inner = config.count('intermediate_size', 16384);
  const epsilon = config.positive('layer_norm_eps', 1e-12);

  const narrow = encoderEmbedding(context, { ...sizes, width: tableWidth, places: contextLength, epsilon });
  const widths = { from: tableWidth, to: width };
  const wide = linear(context, narrow, 'encoder.embedding_hidden_mapping_in', widths);
  let residual = graph.hook('hook_full_embed', wide);
  const bias = paddingBias(context);
  for (let block = 0; block < layers; block++) {
    residual = encoderBlock(context, block, residual, bias, {
      ...sizes,
      names: blockNames(config, block),
      inner,
      epsilon,
      activation: ['hidden_act', 'gelu_new'],
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
  const { graph, weights, task } = context;
  const { width } = sizes;
  if (task === 'masked-lm') {
    maskedHead(context, final, {
      ...sizes,
      activation: (x) => activation(context, 'hidden_act', 'gelu_new', x),
      dense: 'predictions.dense',
      norm: 'predictions.LayerNorm',
      decoder: 'predictions.decoder',
      bias: 'predictions.bias',
    });
  }
  tokenHead(context, final, width);
  if (task !== 'sequence-classification' && !weights.has('pooler.weight')) return;
  const pooler = graph.hook('hook_pooler_out', pooled(context, final, 'pooler', width));
  if (task === 'sequence-classification') labelHead(context, pooler, 'classifier', width);
}
