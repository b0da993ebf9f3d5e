import type { PoolingMode, SentenceEncoder, SentenceStep } from '../checkpoint/sentence-encoder.js';
import { PellucidError } from '../errors.js';
import type { GraphBuilder, Value } from '../graph/index.js';
import type { ModelInputs } from './architecture.js';
import { WeightReader } from './weight-reader.js';

/** Name of a text's embedding, [batch, dimension]. */
export const embeddingHook = 'sentence_embedding';

/**
 * Writes `sentence_embedding`: the last hidden states pooled over the tokens of each text, then the layers behind, with
 * the results of sentence-transformers (Reimers and Gurevych 2019, https://arxiv.org/abs/1908.10084). Padding counts
 * nowhere.
 * @param layers blocks of the model
 * @throws PellucidError `unsupported` for a model without such states, `bad-checkpoint` where sizes do not fit.
 */
export function writeSentenceEmbedding(
  graph: GraphBuilder,
  { pooling, steps }: SentenceEncoder,
  inputs: ModelInputs,
  { hooks, layers, width, where }: { hooks: readonly string[]; layers: number; width: number; where: string },
): void {
  const last = [
    'ln_final.hook_normalized',
    `blocks.${layers - 1}.hook_normalized_resid_post`,
    `blocks.${layers - 1}.hook_resid_post`,
  ].find((name) => hooks.includes(name));
  if (last === undefined) {
    throw new PellucidError(
      'unsupported',
      `${where} is a sentence encoder (modules.json) of a kind whose last hidden states are not known.`,
    );
  }
  const states = graph.value(last);
  const pooled = pooling.map((mode) => pool(graph, states, inputs, mode, width));
  let embedding = pooled.length === 1 ? pooled[0]! : graph.apply('Concat', pooled, { axis: -1 });
  for (const step of steps) embedding = applied(graph, embedding, step, where);
  graph.hook(embeddingHook, embedding);
}

/** [batch, position, width] → [batch, width]. */
function pool(
  graph: GraphBuilder,
  states: Value,
  inputs: ModelInputs,
  mode: PoolingMode,
  width: number,
): Value {
  const { mask, positions } = inputs;
  /** Σ weight · state over the positions. */
  const weighted = (weights: Value): Value => {
    const sums = graph.apply('MatMul', [graph.apply('Unsqueeze', [weights], { axes: [1] }), states]);
    return graph.apply('Reshape', [sums], { shape: ['batch', width] });
  };
  const total = (weights: Value): Value => graph.apply('ReduceSum', [weights], { axes: [1], keepdims: 1 });
  // A text without tokens, which has no mean, would divide by zero.
  const atLeast = (value: Value): Value => graph.apply('Clip', [value], { min: 1e-9, max: 3e38 });
  switch (mode) {
    case 'cls':
      return weighted(at(graph, inputs, graph.scalar(1)));
    case 'lasttoken':
      return weighted(at(graph, inputs, total(mask)));
    case 'mean':
      return graph.apply('Div', [weighted(mask), atLeast(total(mask))]);
    case 'mean_sqrt_len_tokens':
      return graph.apply('Div', [weighted(mask), graph.apply('Sqrt', [atLeast(total(mask))])]);
    case 'weightedmean': {
      // Later tokens count more: the weight is the place in the text, from 1.
      const places = graph.apply('Add', [graph.apply('Cast', [positions], { to: 'F32' }), graph.scalar(1)]);
      const weights = graph.apply('Mul', [places, mask]);
      return graph.apply('Div', [weighted(weights), atLeast(total(weights))]);
    }
    case 'max': {
      const column = graph.apply('Unsqueeze', [mask], { axes: [2] });
      const seen = graph.apply('Equal', [column, graph.scalar(1)]);
      const kept = graph.apply('Where', [seen, states, graph.scalar(-1e9)]);
      // TopK and not ReduceMax: its derivative belongs to one position.
      const largest = graph.apply('TopK', [graph.apply('Transpose', [kept], { perm: [0, 2, 1] })], { k: 1 });
      return graph.apply('Reshape', [largest], { shape: ['batch', width] });
    }
  }
}

/** 1 at the token of each row whose count, from 1, is given; 0 elsewhere. */
function at(graph: GraphBuilder, { mask }: ModelInputs, count: Value): Value {
  const counted = graph.apply('CumSum', [mask], { axis: 1 });
  const found = graph.apply('Cast', [graph.apply('Equal', [counted, count])], { to: 'F32' });
  // The count stays the same on the padding behind.
  return graph.apply('Mul', [found, mask]);
}

function applied(graph: GraphBuilder, x: Value, step: SentenceStep, where: string): Value {
  if (step.type === 'Normalize') {
    const squares = graph.apply('ReduceSum', [graph.apply('Mul', [x, x])], { axes: [-1], keepdims: 1 });
    const length = graph.apply('Sqrt', [graph.apply('Clip', [squares], { min: 1e-24, max: 3e38 })]);
    return graph.apply('Div', [x, length]);
  }
  const { from, to, bias, activation, folder } = step;
  if (x.shape.at(-1) !== from) {
    throw new PellucidError(
      'bad-checkpoint',
      `${folder}/config.json of ${where} reads ${from} features, and there are ${String(x.shape.at(-1))}.`,
    );
  }
  // In a graph all weights have names of their own; those of modules are all called "linear".
  const named = new Map(
    [...step.weights].map(([name, weight]) => [
      `${folder}.${name}`,
      { ...weight, name: `${folder}.${name}` },
    ]),
  );
  const weights = new WeightReader(named, { prefix: '', surplus: [] }, graph, where);
  const product = graph.apply('FusedMatMul', [x, weights.float(`${folder}.linear.weight`, [to, from])], {
    transB: 1,
  });
  const sum = bias ? graph.apply('Add', [product, weights.float(`${folder}.linear.bias`, [to])]) : product;
  weights.checkAllUsed();
  return activation === 'tanh' ? graph.apply('Tanh', [sum]) : sum;
}
