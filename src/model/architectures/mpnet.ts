import type { Value } from '../../graph/index.js';
import { tensor } from '../../tensor/index.js';
import type { Architecture, BuildContext, Dimensions } from '../architecture.js';
import { paddingBias } from '../blocks/attention.js';
import { type EncoderBlockNames, encoderBlock, renameOldNorms } from '../blocks/encoder-block.js';
import { encoderEmbedding, positionsBehindPadding } from '../blocks/encoder-embedding.js';
import { labelHead, pooled, tokenHead } from '../blocks/encoder-head.js';
import { byDistance, relativeBuckets } from '../blocks/relative-buckets.js';
import {
  inferRobertaTask,
  placesBehindPadding,
  robertaClasses,
  robertaMaskedHead,
  robertaSurplus,
} from '../blocks/roberta-encoder.js';
import type { ConfigReader } from '../config-reader.js';

/** MPNet: RoBERTa without segments, with biases of relative positions that all layers share. */
export const mpnet: Architecture = {
  modelType: 'mpnet',
  title: 'MPNet',
  paper: 'Song et al. 2020, https://arxiv.org/abs/2004.09297',
  causal: false,
  classes: robertaClasses('MPNet'),
  weightNames: { prefix: 'mpnet.', rename: renameOldNorms, surplus: robertaSurplus },
  inferTask: inferRobertaTask,
  dimensions,
  build,
};

/** What transformers computes with, whatever the config says. */
const padId = 1;
const buckets = 32;
const farthest = 128;

function dimensions(config: ConfigReader): Dimensions {
  config.require('pruned_heads', {});
  const width = config.count('hidden_size', 768);
  const heads = config.count('num_attention_heads', 12);
  config.requireDivisible('hidden_size', width, 'num_attention_heads', heads);
  return {
    layers: config.count('num_hidden_layers', 12),
    heads,
    width,
    contextLength: placesBehindPadding(config, config.count('max_position_embeddings', 512), padId),
    vocabularySize: config.count('vocab_size', 30527),
    segments: 0,
  };
}

function blockNames(layer: number): EncoderBlockNames {
  const prefix = `encoder.layer.${layer}`;
  return {
    query: `${prefix}.attention.attn.q`,
    key: `${prefix}.attention.attn.k`,
    value: `${prefix}.attention.attn.v`,
    attentionOutput: `${prefix}.attention.attn.o`,
    ln1: `${prefix}.attention.LayerNorm`,
    mlpInput: `${prefix}.intermediate.dense`,
    mlpOutput: `${prefix}.output.dense`,
    ln2: `${prefix}.output.LayerNorm`,
  };
}

function build(context: BuildContext): void {
  const { graph, config, weights, task } = context;
  const sizes = dimensions(config);
  const { width, layers, vocabularySize } = sizes;
  const epsilon = config.positive('layer_norm_eps', 1e-12);
  const inner = config.count('intermediate_size', 3072);
  const positions = positionsBehindPadding(context, padId);
  const places = config.count('max_position_embeddings', 512);

  const embedded = encoderEmbedding(context, { ...sizes, places, epsilon, positions });
  const bias = graph.apply('Add', [relativeBias(context, sizes), paddingBias(context)]);
  let residual = graph.hook('hook_full_embed', embedded);
  for (let layer = 0; layer < layers; layer++) {
    residual = encoderBlock(context, layer, residual, bias, {
      ...sizes,
      names: blockNames(layer),
      inner,
      epsilon,
      activation: ['hidden_act', 'gelu'],
    });
  }

  if (task === 'masked-lm') robertaMaskedHead(context, residual, { width, vocabularySize, epsilon });
  tokenHead(context, residual, width);
  if (task === 'sequence-classification') {
    labelHead(context, pooled(context, residual, 'classifier.dense', width), 'classifier.out_proj', width);
  }
  if (weights.has('pooler.dense.weight'))
    graph.hook('hook_pooler_out', pooled(context, residual, 'pooler.dense', width));
}

/** What is added to the scores for the distance of two tokens, [batch, head, destination, source]. */
function relativeBias(context: BuildContext, { heads, contextLength }: Dimensions): Value {
  const { graph, config, weights } = context;
  const rows = config.count('relative_attention_num_buckets', buckets);
  const table = weights.float('encoder.relative_attention_bias.weight', [rows, heads]);
  const indices = relativeBuckets(contextLength, buckets, farthest);
  const byDistances = graph.apply(
    'Gather',
    [table, graph.constant(tensor('I64', [indices.length], indices))],
    { axis: 0 },
  );
  return byDistance(context, byDistances, contextLength);
}
