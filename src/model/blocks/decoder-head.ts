import type { Value } from '../../graph/index.js';
import { answersHook, type BuildContext, classifierScores, type Task } from '../architecture.js';
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

/** The classes that transformers has of nearly every decoder, and the task of each. */
export function decoderClasses(prefix: string): Readonly<Record<string, Task>> {
  return {
    [`${prefix}ForCausalLM`]: 'causal-lm',
    [`${prefix}ForSequenceClassification`]: 'sequence-classification',
    [`${prefix}Model`]: 'base',
  };
}

/** The task of a decoder whose config names no class. */
export function inferDecoderTask(hasWeight: (name: string) => boolean): Task {
  return hasWeight('score.weight') ? 'sequence-classification' : 'causal-lm';
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

/**
 * The head of a decoder over its last norm, final: [batch, position, width]. `logits` are those of every position, or
 * one row of label scores of a classifier, which reads its last token.
 */
export function decoderHead(context: BuildContext, final: Value, head: DecoderHead): void {
  const { graph, config, inputs, task, weights } = context;
  if (task === 'base') return;
  const { width, vocabularySize, output = 'lm_head', finish = (logits: Value) => logits } = head;
  const answers = graph.apply('GatherND', [final, inputs.answers], { batch_dims: 1 });
  if (task === 'sequence-classification') {
    const labels = config.labels().length;
    const scores = graph.named(
      classifierScores,
      linear(context, answers, 'score', { from: width, to: labels }, false),
    );
    graph.hook('logits', graph.apply('Reshape', [scores], { shape: ['row', labels] }));
    return;
  }
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
