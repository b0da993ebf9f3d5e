import type { Value } from '../../graph/index.js';
import { answersHook, type BuildContext } from '../architecture.js';
import { layerNorm } from './layer-norm.js';
import { linear } from './linear.js';

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
  const { graph, config, weights, inputs } = context;
  const { width, tableWidth, vocabularySize, decoder } = head;
  // Tied tables and biases are stored once; where a file has the output side too, transformers uses that.
  const tied = config.flag('tie_word_embeddings', true) && !weights.has(`${decoder}.weight`);
  const table = tied ? 'embeddings.word_embeddings.weight' : `${decoder}.weight`;
  const biasName = weights.has(`${decoder}.bias`) ? `${decoder}.bias` : head.bias;

  const predict = (x: Value, hook: string) => {
    const active = head.activation(linear(context, x, head.dense, { from: width, to: tableWidth }));
    const ready = layerNorm(context, active, { weights: head.norm }, tableWidth, head.epsilon);
    const named = hook === 'logits' ? graph.hook('unembed.hook_in', ready) : ready;
    const products = graph.apply('FusedMatMul', [named, weights.float(table, [vocabularySize, tableWidth])], {
      transB: 1,
    });
    graph.hook(hook, graph.apply('Add', [products, weights.float(biasName, [vocabularySize])]));
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

/** The first token of each row, on whichever side its padding stands: [batch, position, width] → [batch, 1, width]. */
function firstToken({ graph, inputs }: BuildContext, x: Value): Value {
  const count = graph.apply('CumSum', [inputs.mask], { axis: 1 });
  const first = graph.apply('Cast', [graph.apply('Equal', [count, graph.scalar(1)])], { to: 'F32' });
  // The count stays 1 on the padding that follows a single token.
  const chosen = graph.apply('Unsqueeze', [graph.apply('Mul', [first, inputs.mask])], { axes: [1] });
  return graph.apply('MatMul', [chosen, x]);
}
