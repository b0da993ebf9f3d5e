import { PellucidError } from '../../errors.js';
import type { Value } from '../../graph/index.js';
import type { Architecture, BuildContext, Dimensions, Task } from '../architecture.js';
import type { ConfigReader } from '../config-reader.js';
import { paddingBias } from './attention.js';
import { bertBlockNames, encoderBlock, renameOldNorms } from './encoder-block.js';
import { encoderEmbedding, positionsBehindPadding } from './encoder-embedding.js';
import { labelHead, maskedHead, pooled, tokenHead } from './encoder-head.js';

/** The classes that transformers has of an encoder of RoBERTa's family, and the task of each. */
export function robertaClasses(prefix: string): Readonly<Record<string, Task>> {
  return {
    [`${prefix}ForMaskedLM`]: 'masked-lm',
    [`${prefix}ForQuestionAnswering`]: 'question-answering',
    [`${prefix}ForSequenceClassification`]: 'sequence-classification',
    [`${prefix}ForTokenClassification`]: 'token-classification',
    [`${prefix}Model`]: 'base',
  };
}

/** The task of such a checkpoint whose config names no class. */
export function inferRobertaTask(hasWeight: (name: string) => boolean): Task {
  if (hasWeight('lm_head.dense.weight')) return 'masked-lm';
  if (hasWeight('qa_outputs.weight')) return 'question-answering';
  if (hasWeight('classifier.out_proj.weight')) return 'sequence-classification';
  return hasWeight('classifier.weight') ? 'token-classification' : 'base';
}

/** Tensors of other heads, and buffers, that published files of the family carry. */
export const robertaSurplus = [/embeddings\.token_type_ids$/, /(^|\.)pooler\./, /^lm_head\./];

/** How many tokens fit into a table of `places` positions whose rows up to that of the padding are not read. */
export function placesBehindPadding(config: ConfigReader, places: number, padId: number): number {
  if (places > padId + 1) return places - padId - 1;
  throw new PellucidError(
    'bad-checkpoint',
    `config.json of ${config.where}: max_position_embeddings ${places} leaves no position behind the padding, whose id is ${padId}.`,
  );
}

/**
 * The computation of RoBERTa (Liu et al. 2019, https://arxiv.org/abs/1907.11692), which XLM-RoBERTa and CamemBERT share:
 * BERT whose positions count from the id of the padding, with its own heads.
 * @param vocabulary the default of `vocab_size`
 */
export function robertaEncoder(
  vocabulary: number,
): Pick<Architecture, 'causal' | 'weightNames' | 'inferTask' | 'dimensions' | 'build'> {
  const dimensions = (config: ConfigReader): Dimensions => {
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
      contextLength: placesBehindPadding(config, placesOf(config), paddingOf(config)),
      vocabularySize: config.count('vocab_size', vocabulary),
      segments: config.count('type_vocab_size', 2),
    };
  };
  return {
    causal: false,
    weightNames: { prefix: 'roberta.', rename: renameOldNorms, surplus: robertaSurplus },
    inferTask: inferRobertaTask,
    dimensions,
    build: (context) => build(context, dimensions(context.config)),
  };
}

function placesOf(config: ConfigReader): number {
  return config.count('max_position_embeddings', 512);
}

function paddingOf(config: ConfigReader): number {
  const padId = config.tokenId('pad_token_id', 1);
  if (padId !== null) return padId;
  throw new PellucidError(
    'unsupported',
    `config.json of ${config.where} sets pad_token_id to null, and positions are counted from it.`,
  );
}

function build(context: BuildContext, sizes: Dimensions): void {
  const { graph, config, weights, task } = context;
  const { width, vocabularySize, layers } = sizes;
  const epsilon = config.positive('layer_norm_eps', 1e-12);
  const inner = config.count('intermediate_size', 3072);
  const positions = positionsBehindPadding(context, paddingOf(config));
  const embedded = encoderEmbedding(context, { ...sizes, places: placesOf(config), epsilon, positions });
  const bias = paddingBias(context);
  let residual = graph.hook('hook_full_embed', embedded);
  for (let layer = 0; layer < layers; layer++) {
    residual = encoderBlock(context, layer, residual, bias, {
      ...sizes,
      names: bertBlockNames(`encoder.layer.${layer}`),
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

/** The masked-LM head of the family, whose activation is GELU whatever that of the blocks is. */
export function robertaMaskedHead(
  context: BuildContext,
  final: Value,
  sizes: { readonly width: number; readonly vocabularySize: number; readonly epsilon: number },
): void {
  maskedHead(context, final, {
    ...sizes,
    tableWidth: sizes.width,
    activation: (x) => context.graph.apply('Gelu', [x], { approximate: 'none' }),
    dense: 'lm_head.dense',
    norm: 'lm_head.layer_norm',
    decoder: 'lm_head.decoder',
    bias: 'lm_head.bias',
  });
}
