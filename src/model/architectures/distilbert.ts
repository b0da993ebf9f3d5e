import type { Value } from '../../graph/index.js';
import type { Architecture, BuildContext, Dimensions } from '../architecture.js';
import { activation } from '../blocks/activation.js';
import { paddingBias } from '../blocks/attention.js';
import { type EncoderBlockNames, encoderBlock, renameOldNorms } from '../blocks/encoder-block.js';
import { encoderEmbedding } from '../blocks/encoder-embedding.js';
import { labelHead, maskedHead, pooled, tokenHead } from '../blocks/encoder-head.js';
import type { ConfigReader } from '../config-reader.js';

/** DistilBERT: BERT of half the layers, without segments and pooler, taught by BERT. */
export const distilbert: Architecture = {
  modelType: 'distilbert',
  title: 'DistilBERT',
  paper: 'Sanh et al. 2019, https://arxiv.org/abs/1910.01108',
  causal: false,
  classes: {
    DistilBertForMaskedLM: 'masked-lm',
    DistilBertForQuestionAnswering: 'question-answering',
    DistilBertForSequenceClassification: 'sequence-classification',
    DistilBertForTokenClassification: 'token-classification',
    DistilBertModel: 'base',
  },
  weightNames: {
    prefix: 'distilbert.',
    rename: renameOldNorms,
    surplus: [/^vocab_(transform|layer_norm|projector)\./],
  },
  inferTask: (hasWeight) => {
    if (hasWeight('vocab_transform.weight')) return 'masked-lm';
    if (hasWeight('qa_outputs.weight')) return 'question-answering';
    if (hasWeight('pre_classifier.weight')) return 'sequence-classification';
    return hasWeight('classifier.weight') ? 'token-classification' : 'base';
  },
  dimensions,
  build,
};

/** The config has no key for it. */
const epsilon = 1e-12;

function dimensions(config: ConfigReader): Dimensions {
  config.require('pruned_heads', {});
  const width = config.count('dim', 768, 'hidden_size');
  const heads = config.count('n_heads', 12, 'num_attention_heads');
  config.requireDivisible('dim', width, 'n_heads', heads);
  return {
    layers: config.count('n_layers', 6, 'num_hidden_layers'),
    heads,
    width,
    contextLength: config.count('max_position_embeddings', 512),
    vocabularySize: config.count('vocab_size', 30522),
    segments: 0,
  };
}

function blockNames(layer: number): EncoderBlockNames {
  const prefix = `transformer.layer.${layer}`;
  return {
    query: `${prefix}.attention.q_lin`,
    key: `${prefix}.attention.k_lin`,
    value: `${prefix}.attention.v_lin`,
    attentionOutput: `${prefix}.attention.out_lin`,
    ln1: `${prefix}.sa_layer_norm`,
    mlpInput: `${prefix}.ffn.lin1`,
    mlpOutput: `${prefix}.ffn.lin2`,
    ln2: `${prefix}.output_layer_norm`,
  };
}

function build(context: BuildContext): void {
  const { graph, config } = context;
  const sizes = dimensions(config);
  const inner = config.count('hidden_dim', 3072);
  // With sinusoidal_pos_embds the table holds sinusoids at first; it is stored all the same.
  const embedded = encoderEmbedding(context, { ...sizes, places: sizes.contextLength, epsilon });
  const bias = paddingBias(context);
  let residual = graph.hook('hook_full_embed', embedded);
  for (let layer = 0; layer < sizes.layers; layer++) {
    residual = encoderBlock(context, layer, residual, bias, {
      ...sizes,
      names: blockNames(layer),
      inner,
      epsilon,
      activation: ['activation', 'gelu'],
    });
  }
  head(context, residual, sizes);
}

function head(context: BuildContext, final: Value, { width, vocabularySize }: Dimensions): void {
  const { graph, task } = context;
  if (task === 'masked-lm') {
    maskedHead(context, final, {
      width,
      tableWidth: width,
      vocabularySize,
      epsilon,
      activation: (x) => activation(context, 'activation', 'gelu', x),
      dense: 'vocab_transform',
      norm: 'vocab_layer_norm',
      decoder: 'vocab_projector',
      bias: 'vocab_projector.bias',
    });
  }
  tokenHead(context, final, width);
  if (task === 'sequence-classification') {
    const relu = (x: Value) => graph.apply('Relu', [x]);
    labelHead(context, pooled(context, final, 'pre_classifier', width, relu), 'classifier', width);
  }
}
