import type { Value } from '../../graph/index.js';
import { answersHook, type BuildContext } from '../architecture.js';
import { layerNorm } from './layer-norm.js';
import { linear } from './linear.js';
import { requireSharedTable, withUpdate } from './low-rank.js';
import { firstToken } from './pooling.js';

/** The head of a masked language model: what it is made of, and where its weights are. */
export interface MaskedHead {
  /** Width of the residual stream. */
  readonly width: number;
  /** Width of the token table. */
  readonly tableWidth: number;
  readonly vocabularySize: number;
  readonly epsilon: number;
  readonly activation: (x: Value) => Value;
  /** Names of the dense layer and of the norm behind the activation. */
  readonly dense: string;
  readonly norm: string;
  /** Name of the layer to the vocabulary, which is the token table where both are tied. */
  readonly decoder: string;
  /** Name of its bias where the file has none of the decoder's own. */
  readonly bias: string;
}

/**
 * LayerNorm(activation(dense(final))) · tableᵀ + bias: `logits` at all positions, and at those that are asked for.
 * final: [batch, position, width].
 */
export function maskedHead(context: BuildContext, final: Value, head: MaskedHead): void {
  const { config, weights } = context;
  const { width, tableWidth, vocabularySize, decoder } = head;
  // Tied tables and biases are stored once; where a file has the output side too, transformers uses that.
  const tied = config.flag('tie_word_embeddings', true) && !weights.has(`${decoder}.weight`);
  vocabularyHead(context, final, {
    prepare: (x) => {
      const active = head.activation(linear(context, x, head.dense, { from: width, to: tableWidth }));
      return layerNorm(context, active, { weights: head.norm }, tableWidth, head.epsilon);
    },
    layer: decoder,
    table: tied ? 'embeddings.word_embeddings.weight' : `${decoder}.weight`,
    shape: [vocabularySize, tableWidth],
    bias: weights.has(`${decoder}.bias`) ? `${decoder}.bias` : head.bias,
  });
}

/** Where a vocabulary is, and what is multiplied by it. */
export interface VocabularyHead {
  readonly prepare: (x: Value) => Value;
  /** Name of the layer, whose weights may be those of the token table. */
  readonly layer: string;
  /** Name of the table, and its shape: [token, width]. */
  readonly table: string;
  readonly shape: readonly [number, number];
  /** Name of the bias, [token]; undefined where there is none. */
  readonly bias: string | undefined;
}

/** prepare(final) · tableᵀ + bias: `logits` at all positions, and at those that are asked for. */
export function vocabularyHead(context: BuildContext, final: Value, head: VocabularyHead): void {
  const { graph, weights, inputs } = context;
  const { prepare, layer, table, shape, bias } = head;
  if (table !== `${layer}.weight`) requireSharedTable(context, table);
  const predict = (x: Value, hook: string) => {
    const ready = prepare(x);
    const named = hook === 'logits' ? graph.hook('unembed.hook_in', ready) : ready;
    const matrix = weights.float(table, shape);
    const product = graph.apply('FusedMatMul', [named, matrix], { transB: 1 });
    const products = withUpdate(context, layer, { x: named, product, matrix });
    graph.hook(
      hook,
      bias === undefined ? products : graph.apply('Add', [products, weights.float(bias, [shape[0]])]),
    );
  };
  predict(final, 'logits');
  predict(graph.apply('GatherND', [final, inputs.answers], { batch_dims: 1 }), answersHook);
}

/** The heads that give each token its own `logits`, where the task is one of them: labels, or start and end of a span. */
export function tokenHead(context: BuildContext, final: Value, width: number): void {
  const { graph, config, task } = context;
  if (task === 'question-answering')
    graph.hook('logits', linear(context, final, 'qa_outputs', { from: width, to: 2 }));
  if (task === 'token-classification')
    graph.hook('logits', linear(context, final, 'classifier', { from: width, to: config.labels().length }));
}

/** activation(dense(first token)), [batch, position, width] → [batch, width]. */
export function pooled(
  context: BuildContext,
  x: Value,
  dense: string,
  width: number,
  activation: (x: Value) => Value = (y) => context.graph.apply('Tanh', [y]),
): Value {
  const active = activation(linear(context, firstToken(context, x), dense, { from: width, to: width }));
  return context.graph.apply('Reshape', [active], { shape: ['batch', width] });
}

/** The `logits` of a classifier of texts, over [batch, width]. */
export function labelHead(context: BuildContext, x: Value, name: string, width: number): void {
  const { graph, config } = context;
  graph.hook('logits', linear(context, x, name, { from: width, to: config.labels().length }));
}
