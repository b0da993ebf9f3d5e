import { PellucidError } from '../../errors.js';
import type { Value } from '../../graph/index.js';
import type { Architecture, BuildContext, Dimensions } from '../architecture.js';
import { activation } from '../blocks/activation.js';
import { paddingBias } from '../blocks/attention.js';
import { disentangled, type RelativePlaces, relativeRows } from '../blocks/disentangled-attention.js';
import { bertBlockNames, encoderBlock, renameOldNorms } from '../blocks/encoder-block.js';
import { sumOfEmbeddings } from '../blocks/encoder-embedding.js';
import { labelHead, maskedHead, pooled, tokenHead, vocabularyHead } from '../blocks/encoder-head.js';
import { layerNorm } from '../blocks/layer-norm.js';
import { linear } from '../blocks/linear.js';
import { tokenConvolution } from '../blocks/token-convolution.js';
import type { ConfigReader } from '../config-reader.js';

/** DeBERTa-v2 and v3: BERT whose attention compares content and relative positions apart. */
export const debertaV2: Architecture = {
  modelType: 'deberta-v2',
  title: 'DeBERTa-v2',
  paper: 'He et al. 2020, https://arxiv.org/abs/2006.03654',
  causal: false,
  classes: {
    DebertaV2ForMaskedLM: 'masked-lm',
    DebertaV2ForQuestionAnswering: 'question-answering',
    DebertaV2ForSequenceClassification: 'sequence-classification',
    DebertaV2ForTokenClassification: 'token-classification',
    DebertaV2Model: 'base',
  },
  weightNames: {
    prefix: 'deberta.',
    rename: renameOldNorms,
    surplus: [/position_embeddings\./, /^(mask_predictions|lm_predictions|cls)\./],
  },
  inferTask: (hasWeight) => {
    if (hasWeight('qa_outputs.weight')) return 'question-answering';
    if (hasWeight('pooler.dense.weight')) return 'sequence-classification';
    if (hasWeight('classifier.weight')) return 'token-classification';
    return ['cls.predictions.bias', 'lm_predictions.lm_head.bias'].some(hasWeight) ? 'masked-lm' : 'base';
  },
  dimensions,
  build,
};

function dimensions(config: ConfigReader): Dimensions {
  const width = config.count('hidden_size', 1536);
  const heads = config.count('num_attention_heads', 24);
  config.requireDivisible('hidden_size', width, 'num_attention_heads', heads);
  config.require('attention_head_size', width / heads);
  config.require('pooler_hidden_size', width);
  return {
    layers: config.count('num_hidden_layers', 24),
    heads,
    width,
    contextLength: config.count('max_position_embeddings', 512),
    vocabularySize: config.count('vocab_size', 128100),
    segments: config.whole('type_vocab_size', 0),
  };
}

const epsilonOf = (config: ConfigReader) => config.positive('layer_norm_eps', 1e-7);

/** Options that stand in one string, parted by |, or in a list. @throws PellucidError `unsupported` for an unknown one. */
function optionsOf(config: ConfigReader, key: string, known: readonly string[]): readonly string[] {
  const value = config.value(key) ?? [];
  const given = (typeof value === 'string' ? value.split('|') : [value].flat())
    .map((each) => String(each).trim().toLowerCase())
    .filter((each) => each !== '');
  const unknown = given.find((each) => !known.includes(each));
  if (unknown === undefined) return given;
  throw new PellucidError(
    'unsupported',
    `config.json of ${config.where} has "${unknown}" in ${key}, and Pellucid supports only ${known.join(', ')}.`,
  );
}

/** A count that is left out where it is below 1. */
function countOf(config: ConfigReader, key: string): number | undefined {
  const value = config.value(key) ?? 0;
  return typeof value === 'number' && value < 1 ? undefined : config.count(key, 1);
}

function build(context: BuildContext): void {
  const { graph, config } = context;
  const sizes = dimensions(config);
  const { layers, heads, width } = sizes;
  const inner = config.count('intermediate_size', 6144);
  const kinds = optionsOf(config, 'pos_att_type', ['c2p', 'p2c']);
  const scale = 1 / Math.sqrt((width / heads) * (1 + new Set(kinds).size));
  const shared = config.flag('share_att_key', false);
  const places = config.flag('relative_attention', false) ? relativePlaces(context) : undefined;
  const bias = paddingBias(context);
  let residual = graph.hook('hook_full_embed', embeddings(context));
  for (let layer = 0; layer < layers; layer++) {
    const prefix = `encoder.layer.${layer}`;
    const self = `${prefix}.attention.self`;
    const projection = (kind: string, own: string, content: string) =>
      kinds.includes(kind) ? `${self}.${shared ? content : own}` : undefined;
    residual = encoderBlock(context, layer, residual, bias, {
      names: {
        ...bertBlockNames(prefix),
        query: `${self}.query_proj`,
        key: `${self}.key_proj`,
        value: `${self}.value_proj`,
      },
      width,
      heads,
      inner,
      epsilon: epsilonOf(config),
      activation: ['hidden_act', 'gelu'],
      scale,
      relative:
        places &&
        disentangled(context, {
          ...places,
          width,
          heads,
          scale,
          positionKey: projection('c2p', 'pos_key_proj', 'key_proj'),
          positionQuery: projection('p2c', 'pos_query_proj', 'query_proj'),
        }),
    });
    if (layer === 0) residual = convolved(context, residual);
  }
  head(context, residual);
}

/** LayerNorm(project(word + token_type + position)), positions only where the config asks for them. */
function embeddings(context: BuildContext): Value {
  const { config } = context;
  const sizes = dimensions(config);
  const tableWidth = config.count('embedding_size', sizes.width);
  const places = config.flag('position_biased_input', true) ? sizes.contextLength : undefined;
  const sum = sumOfEmbeddings(context, { ...sizes, width: tableWidth, places });
  const wide =
    tableWidth === sizes.width
      ? sum
      : linear(context, sum, 'embeddings.embed_proj', { from: tableWidth, to: sizes.width }, false);
  return layerNorm(context, wide, { weights: 'embeddings.LayerNorm' }, sizes.width, epsilonOf(config));
}

function relativePlaces(context: BuildContext): RelativePlaces {
  const { config, weights } = context;
  const { width, contextLength } = dimensions(config);
  const farthest = countOf(config, 'max_relative_positions') ?? contextLength;
  const count = countOf(config, 'position_buckets');
  const span = count ?? farthest;
  const stored = weights.float('encoder.rel_embeddings.weight', [2 * span, width]);
  const normed = optionsOf(config, 'norm_rel_ebd', ['layer_norm', 'none']).includes('layer_norm');
  const table = normed
    ? layerNorm(context, stored, { weights: 'encoder.LayerNorm' }, width, epsilonOf(config))
    : stored;
  const buckets = count === undefined ? undefined : { count, farthest };
  return { table, span, rows: relativeRows(context, contextLength, span, buckets) };
}

/** LayerNorm(block 0 + activation(convolution(what enters it))), where the config asks for a convolution. */
function convolved(context: BuildContext, block: Value): Value {
  const { graph, config } = context;
  const kernel = countOf(config, 'conv_kernel_size');
  if (kernel === undefined) return block;
  const { width } = dimensions(config);
  const groups = config.count('conv_groups', 1);
  const made = tokenConvolution(context, graph.value('blocks.0.hook_resid_pre'), {
    weights: 'encoder.conv.conv',
    width,
    kernel,
    groups,
  });
  const out = graph.hook('blocks.0.conv.hook_out', activation(context, 'conv_act', 'tanh', made));
  const names = { weights: 'encoder.conv.LayerNorm', hook: 'blocks.0.conv' };
  return layerNorm(context, graph.apply('Add', [block, out]), names, width, epsilonOf(config));
}

function head(context: BuildContext, final: Value): void {
  const { graph, config, task } = context;
  const { width } = dimensions(config);
  if (task === 'masked-lm') vocabulary(context, final);
  tokenHead(context, final, width);
  if (task !== 'sequence-classification') return;
  const active = (x: Value) => activation(context, 'pooler_hidden_act', 'gelu', x);
  const pooler = graph.hook('hook_pooler_out', pooled(context, final, 'pooler.dense', width, active));
  labelHead(context, pooler, 'classifier', width);
}

/** The head of transformers, `cls.predictions`, or that of the published files, `lm_predictions.lm_head`. */
function vocabulary(context: BuildContext, final: Value): void {
  const { config, weights } = context;
  const { width, vocabularySize } = dimensions(config);
  const tableWidth = config.count('embedding_size', width);
  const epsilon = epsilonOf(config);
  const active = (x: Value) => activation(context, 'hidden_act', 'gelu', x);
  const [legacy, published] = ['cls.predictions', 'lm_predictions.lm_head'];
  // A file that has one of them says which, whatever its config does.
  const own = weights.has(`${legacy}.transform.dense.weight`);
  if (own && (config.flag('legacy', true) || !weights.has(`${published}.dense.weight`))) {
    maskedHead(context, final, {
      width,
      tableWidth,
      vocabularySize,
      epsilon,
      activation: active,
      dense: `${legacy}.transform.dense`,
      norm: `${legacy}.transform.LayerNorm`,
      decoder: `${legacy}.decoder`,
      bias: `${legacy}.bias`,
    });
    return;
  }
  vocabularyHead(context, final, {
    prepare: (x) => {
      const dense = linear(context, x, `${published}.dense`, { from: width, to: width });
      return layerNorm(context, active(dense), { weights: `${published}.LayerNorm` }, width, epsilon);
    },
    layer: published,
    table: 'embeddings.word_embeddings.weight',
    shape: [vocabularySize, width],
    bias: `${published}.bias`,
  });
}
