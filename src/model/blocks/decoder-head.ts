import type { Value } from '../../graph/index.js';
import {
  type Architecture,
  answersHook,
  type BuildContext,
  classifierScores,
  type Task,
} from '../architecture.js';
import { linear } from './linear.js';
import { requireSharedTable, withUpdate } from './low-rank.js';

/** Where a decoder's vocabulary is, and how its logits are made. */
export interface DecoderHead {
  readonly width: number;
  readonly vocabularySize: number;
  /** Name of the token table, which is also the output's where both are tied. */
  readonly table: string;
  /** Default of `tie_word_embeddings`. */
  readonly tied: boolean;
  /** Name of the output weights, `lm_head` by default. */
  readonly output?: string;
  /** Whether the output has a bias. */
  readonly bias?: boolean;
  /** What is done with the logits: scaled, capped. */
  readonly finish?: (logits: Value) => Value;
}

/**
 * The classes that transformers has of nearly every decoder, and the task of each.
 * @param labelsTokens whether one of them labels tokens
 */
export function decoderClasses(prefix: string, labelsTokens = true): Readonly<Record<string, Task>> {
  return {
    [`${prefix}ForCausalLM`]: 'causal-lm',
    [`${prefix}ForSequenceClassification`]: 'sequence-classification',
    ...(labelsTokens ? { [`${prefix}ForTokenClassification`]: 'token-classification' as const } : {}),
    [`${prefix}Model`]: 'base',
  };
}

/**
 * The task of a decoder whose config names no class: a model that has neither an output of its own nor shares the
 * table of its tokens has no head.
 * @param tied default of `tie_word_embeddings`
 * @param biased whether the output has a bias, which is stored even where the table is shared
 */
export function inferDecoderTask(tied: boolean, biased = false): Architecture['inferTask'] {
  return (hasWeight, config) => {
    if (hasWeight('score.bias') || hasWeight('classifier.weight')) return 'token-classification';
    if (hasWeight('score.weight') || hasWeight('classification_head.dense.weight'))
      return 'sequence-classification';
    const unembeds = biased
      ? hasWeight('lm_head.bias')
      : hasWeight('lm_head.weight') || config.flag('tie_word_embeddings', tied);
    return unembeds ? 'causal-lm' : 'base';
  };
}

/**
 * The name of the token table. Tied tables are stored once, and some files keep the name of the output side.
 */
export function tokenTable(
  { config, weights }: BuildContext,
  table: string,
  tied: boolean,
  output = 'lm_head',
): string {
  const alias = `${output}.weight`;
  return config.flag('tie_word_embeddings', tied) && !weights.has(table) && weights.has(alias)
    ? alias
    : table;
}

/** `logits` of a classifier that reads one token, final: [batch, position, width]; score: [row, 1, width] → labels. */
function labelsAtAnswers(
  { graph, config, inputs }: BuildContext,
  final: Value,
  score: (answers: Value) => Value,
): void {
  const answers = graph.apply('GatherND', [final, inputs.answers], { batch_dims: 1 });
  const scores = graph.named(classifierScores, score(answers));
  graph.hook('logits', graph.apply('Reshape', [scores], { shape: ['row', config.labels().length] }));
}

/** The classifier of an encoder-decoder over what its decoder ends with: out_proj(tanh(dense(last token))). */
export function classificationHead(context: BuildContext, final: Value, width: number): void {
  const { graph, config } = context;
  const name = 'classification_head';
  labelsAtAnswers(context, final, (x) => {
    const active = graph.apply('Tanh', [linear(context, x, `${name}.dense`, { from: width, to: width })]);
    return linear(context, active, `${name}.out_proj`, { from: width, to: config.labels().length });
  });
}

/**
 * The head of a decoder over its last norm, final: [batch, position, width]. `logits` are those of every position, or
 * one row of label scores of a classifier, which reads its last token.
 */
export function decoderHead(context: BuildContext, final: Value, head: DecoderHead): void {
  const { graph, config, inputs, task, weights } = context;
  if (task === 'base') return;
  const { width, vocabularySize, output = 'lm_head', finish = (logits: Value) => logits } = head;
  if (task === 'token-classification') {
    const name = weights.has('classifier.weight') ? 'classifier' : 'score';
    graph.hook('logits', linear(context, final, name, { from: width, to: config.labels().length }));
    return;
  }
  if (task === 'sequence-classification') {
    const to = config.labels().length;
    labelsAtAnswers(context, final, (x) => linear(context, x, 'score', { from: width, to }, false));
    return;
  }
  const answers = graph.apply('GatherND', [final, inputs.answers], { batch_dims: 1 });
  const own = weights.has(`${output}.weight`) || !config.flag('tie_word_embeddings', head.tied);
  if (!own) requireSharedTable(context, head.table);
  const matrix = weights.float(own ? `${output}.weight` : head.table, [vocabularySize, width]);
  const bias = head.bias ? weights.float(`${output}.bias`, [vocabularySize]) : undefined;
  const unembed = (x: Value) => {
    const product = graph.apply('FusedMatMul', [x, matrix], { transB: 1 });
    const products = withUpdate(context, output, { x, product, matrix });
    return finish(bias ? graph.apply('Add', [products, bias]) : products);
  };
  graph.hook('logits', unembed(graph.hook('unembed.hook_in', final)));
  graph.hook(answersHook, unembed(answers));
}
