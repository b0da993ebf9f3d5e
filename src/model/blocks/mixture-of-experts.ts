import { PellucidError } from '../../errors.js';
import type { GraphBuilder, Value } from '../../graph/index.js';
import { tensor } from '../../tensor/index.js';
import type { BuildContext } from '../architecture.js';
import type { ConfigReader } from '../config-reader.js';
import { linear } from './linear.js';

/** How a router gives each token its experts. */
export interface SoftmaxRouter {
  /** Name of the weights, [expert, width]. */
  readonly weights: string;
  /** Prefix of the hook points, e.g. `blocks.0.mlp`. */
  readonly hook: string;
  readonly width: number;
  readonly experts: number;
  /** How many experts compute a token. */
  readonly chosen: number;
  /** Whether the weights of the chosen experts are divided by their sum. */
  readonly normalized: boolean;
  /** Whether it has a bias. */
  readonly bias?: boolean;
}

/**
 * The weights of the experts by a softmax over all of them, of which the largest are kept (Fedus et al. 2021,
 * https://arxiv.org/abs/2101.03961): [batch, position, expert], 0 for an expert that is not chosen. Hook points:
 * `hook_router_scores`, the softmax, and those of {@link chosenExperts}.
 */
export function softmaxRouter(context: BuildContext, x: Value, router: SoftmaxRouter): Value {
  const { graph } = context;
  const { weights, hook, width, experts, chosen, normalized, bias = false } = router;
  const logits = linear(context, x, weights, { from: width, to: experts }, bias);
  const scores = graph.hook(`${hook}.hook_router_scores`, graph.apply('Softmax', [logits], { axis: -1 }));
  const kept = graph.apply('Mul', [scores, chosenExperts(context, scores, hook, chosen)]);
  if (!normalized) return kept;
  const sum = graph.apply('ReduceSum', [kept], { axes: [-1], keepdims: 1 });
  return graph.apply('Div', [kept, sum]);
}

/**
 * 1 for the experts with the highest scores at a position, 0 for the others; scores: [batch, position, expert] → the
 * same. Hook point: `hook_expert_indices`, [batch, position, choice], the numbers of these experts, highest score
 * first; they are float32, so that another choice can be put in their place.
 */
export function chosenExperts(
  { graph, config }: BuildContext,
  scores: Value,
  hook: string,
  chosen: number,
): Value {
  const experts = scores.shape.at(-1) as number;
  if (chosen > experts) {
    throw new PellucidError(
      'bad-checkpoint',
      `config.json of ${config.where} asks for ${chosen} experts per token and has ${experts}.`,
    );
  }
  const [, largest] = graph.applyAll('TopK', [scores], { k: chosen });
  const indices = graph.hook(`${hook}.hook_expert_indices`, graph.apply('Cast', [largest!], { to: 'F32' }));
  return among(graph, indices, experts);
}

/** 1 for the entries that indices name, 0 for the others: float32 [batch, position, choice] → [batch, position, size]. */
export function among(graph: GraphBuilder, indices: Value, size: number): Value {
  const numbers = graph.constant(
    tensor(
      'F32',
      [size],
      Float32Array.from({ length: size }, (_, i) => i),
    ),
  );
  const equal = graph.apply('Equal', [graph.apply('Unsqueeze', [indices], { axes: [-1] }), numbers]);
  const hot = graph.apply('Cast', [equal], { to: 'F32' }); // [batch, position, choice, size]
  return graph.apply('ReduceMax', [hot], { axes: [-2], keepdims: 0 });
}

/**
 * The sum of what the experts make of x, each times its weight (Shazeer et al. 2017, https://arxiv.org/abs/1701.06538):
 * [batch, position, width] → the same. An expert computes only the tokens at which its weight is not 0, maybe none.
 * Hook point: `hook_expert_weights`, [batch, position, expert].
 * @param weights [batch, position, expert]
 * @param expert what one of them makes of its tokens: [token, width] → the same
 */
export function mixtureOfExperts(
  { graph }: BuildContext,
  x: Value,
  weights: Value,
  hook: string,
  expert: (tokens: Value, index: number) => Value,
): Value {
  const experts = weights.shape.at(-1) as number;
  const named = graph.hook(`${hook}.hook_expert_weights`, weights);
  const each = graph.applyAll('Split', [named], {
    axis: -1,
    sizes: Array.from({ length: experts }, () => 1),
  });
  // Zero without a derivative. The weights may have more rows than x: those of an edit that is tried several times.
  const zero = (like: Value) => {
    const truth = graph.apply('Cast', [like], { to: 'BOOL' });
    return graph.apply('Mul', [graph.apply('Cast', [truth], { to: 'F32' }), graph.scalar(0)]);
  };
  const tokens = graph.apply('Add', [x, zero(each[0]!)]);
  let sum = zero(tokens);
  for (const [index, weight] of each.entries()) {
    const used = graph.apply('Cast', [graph.apply('Squeeze', [weight], { axes: [-1] })], { to: 'BOOL' });
    const found = graph.applyAs({ dtype: 'I64', shape: [2, `${hook}.${index}`] }, 'NonZero', [used], {});
    const places = graph.apply('Transpose', [found], { perm: [1, 0] });
    const own = (value: Value) => graph.apply('GatherND', [value, places], { batch_dims: 0 });
    const made = graph.apply('Mul', [expert(own(tokens), index), own(weight)]);
    sum = graph.apply('ScatterND', [sum, places, made], { reduction: 'add' });
  }
  return sum;
}

/**
 * Which layers have experts: every `decoder_sparse_step`th, but for those that `mlp_only_layers` names.
 * @throws PellucidError `bad-checkpoint` where these are no numbers of layers.
 */
export function layersWithExperts(config: ConfigReader, layers: number): readonly boolean[] {
  const step = config.count('decoder_sparse_step', 1);
  const dense = config.value('mlp_only_layers') ?? [];
  if (!Array.isArray(dense) || dense.some((layer) => !Number.isSafeInteger(layer))) {
    throw new PellucidError(
      'bad-checkpoint',
      `config.json of ${config.where}: mlp_only_layers must be numbers of layers, not ${JSON.stringify(dense)}.`,
    );
  }
  return Array.from({ length: layers }, (_, layer) => (layer + 1) % step === 0 && !dense.includes(layer));
}
