import { PellucidError } from '../../errors.js';
import type { Value } from '../../graph/index.js';
import { tensor } from '../../tensor/index.js';
import type { BuildContext } from '../architecture.js';
import { linear } from './linear.js';
import { among, chosenExperts } from './mixture-of-experts.js';

/** How a router chooses groups of experts, and experts in them. */
export interface GroupedRouter {
  /** Prefix of the weights: `weight`, [expert, width], and `e_score_correction_bias`, [expert]. */
  readonly weights: string;
  /** Prefix of the hook points, e.g. `blocks.0.mlp`. */
  readonly hook: string;
  readonly width: number;
  readonly experts: number;
  /** Groups of as many experts each, and how many of the groups a token may use. */
  readonly groups: number;
  readonly chosenGroups: number;
  /** How many experts compute a token. */
  readonly chosen: number;
  /** Whether the weights of the chosen experts are divided by their sum. */
  readonly normalized: boolean;
  /** Factor of the weights. */
  readonly scale: number;
}

/** How many of its experts a group is judged by. */
const best = 2;

/**
 * The weights of the experts by the sigmoid of their scores (DeepSeek-AI 2024, https://arxiv.org/abs/2412.19437, §2.1.2):
 * [batch, position, expert], 0 for an expert that is not chosen. A bias that balances the experts takes part in the choice
 * alone, first of the groups, by the sum of their two highest scores, then of the experts in them. Hook points:
 * `hook_router_scores`, the sigmoids, and those of {@link chosenExperts}.
 * @throws PellucidError `bad-checkpoint` for groups that do not fit the experts.
 */
export function groupedRouter(context: BuildContext, x: Value, router: GroupedRouter): Value {
  const { graph } = context;
  const { weights, hook, width, experts, chosen, normalized, scale } = router;
  const logits = linear(context, x, weights, { from: width, to: experts }, false);
  const scores = graph.hook(`${hook}.hook_router_scores`, graph.apply('Sigmoid', [logits]));
  const balance = context.weights.float(`${weights}.e_score_correction_bias`, [experts]);
  const eligible = inBestGroups(context, graph.apply('Add', [scores, balance]), router);
  const kept = graph.apply('Mul', [scores, chosenExperts(context, eligible, hook, chosen)]);
  if (!normalized) return graph.apply('Mul', [kept, graph.scalar(scale)]);
  const sum = graph.apply('ReduceSum', [kept], { axes: [-1], keepdims: 1 });
  const share = graph.apply('Div', [kept, graph.apply('Add', [sum, graph.scalar(1e-20)])]);
  return graph.apply('Mul', [share, graph.scalar(scale)]);
}

/** The scores of the experts in the best groups, −∞ for the others. */
function inBestGroups({ graph, config }: BuildContext, scores: Value, router: GroupedRouter): Value {
  const { experts, groups, chosenGroups, chosen } = router;
  const size = experts / groups;
  if (!Number.isInteger(size) || size < best || chosenGroups > groups || chosen > chosenGroups * size) {
    throw new PellucidError(
      'bad-checkpoint',
      `config.json of ${config.where} asks for ${chosen} of ${experts} experts from ${chosenGroups} of ${groups} groups, and each group must have ${best} experts or more, and the chosen ones enough.`,
    );
  }
  const outer = scores.shape.slice(0, -1);
  const grouped = graph.apply('Reshape', [scores], { shape: [...outer, groups, size] });
  const [largest] = graph.applyAll('TopK', [grouped], { k: best });
  const ofGroup = graph.apply('ReduceSum', [largest!], { axes: [-1], keepdims: 0 });
  const [, found] = graph.applyAll('TopK', [ofGroup], { k: chosenGroups });
  const allowed = among(graph, graph.apply('Cast', [found!], { to: 'F32' }), groups);
  const open = graph.apply('Cast', [graph.apply('Unsqueeze', [allowed], { axes: [-1] })], { to: 'BOOL' });
  const minusInfinity = graph.constant(tensor('F32', [], Float32Array.of(Number.NEGATIVE_INFINITY)));
  const masked = graph.apply('Where', [open, grouped, minusInfinity]);
  return graph.apply('Reshape', [masked], { shape: scores.shape });
}
