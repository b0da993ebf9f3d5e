import { bisector } from 'd3-array';
import type { Coalition } from '../../question/index.js';
import { counted, extremes, type Game, type Shares } from './game.js';
import { leavesOf, type Tree } from './tree.js';

/** Coalitions that are asked for at once. The order of the work depends on it, so it is one number for all models. */
const atOnce = 16;

/** Owen values, and how much of them was not worked out. */
export interface OwenShares extends Shares {
  /** Σ of the absolute credit that was shared out by size. */
  readonly unspent: number;
}

/** A group that is to be split: what it is worth beside those who are present. */
interface Work {
  readonly group: Exclude<Tree, number>;
  /** Who is present without the group. */
  readonly context: Coalition;
  /** Worth of the context without the group and with it. */
  readonly without: number;
  readonly withGroup: number;
  /** Share of all orders in which the group finds this context. */
  readonly weight: number;
}

/**
 * Owen values: Shapley values where only whole branches of a binary tree join (Owen 1977), as Partition SHAP computes them
 * (https://github.com/shap/shap, PartitionExplainer). Each of the two branches is taken without and with its sibling,
 * with half the weight each; the groups with the most to share are split first. What the evaluations do not suffice
 * to split is shared by the number of players in each branch.
 * @param evaluations the most coalitions that are asked for; none and all are two of them
 */
export async function owenValues(game: Game, tree: Tree, evaluations: number): Promise<OwenShares> {
  const { size } = game;
  const { full, empty } = await extremes(game);
  const scores = new Float64Array(size);
  // Ascending by what there is to share, so that the next group stands at the end.
  const queue: Work[] = [];
  const { right } = bisector((work: Work) => toShare(work));
  const add = (group: Tree, work: Omit<Work, 'group'>) => {
    if (typeof group === 'number') scores[group]! += (work.withGroup - work.without) * work.weight;
    else {
      const item = { ...work, group };
      queue.splice(right(queue, toShare(item)), 0, item);
    }
  };
  add(tree, { context: new Uint8Array(size), without: empty, withGroup: full, weight: 1 });

  let left = evaluations - 2;
  game.expect?.(Math.min(left, evaluationsOf(tree)));
  let asked = 2;
  while (queue.length > 0 && left > 1) {
    const batch = queue.splice(-Math.min(Math.floor(left / 2), atOnce / 2)).reverse();
    const values = await game.values(
      batch.flatMap(({ group: [first, second], context }) => [
        joined(context, first),
        joined(context, second),
      ]),
    );
    left -= 2 * batch.length;
    asked += 2 * batch.length;
    for (const [i, { group, context, without, withGroup, weight }] of batch.entries()) {
      const [first, second] = group;
      const [withFirst, withSecond] = [values[2 * i]!, values[2 * i + 1]!];
      const half = weight / 2;
      add(first, { context, without, withGroup: withFirst, weight: half });
      add(second, { context, without, withGroup: withSecond, weight: half });
      add(first, { context: joined(context, second), without: withSecond, withGroup, weight: half });
      add(second, { context: joined(context, first), without: withFirst, withGroup, weight: half });
    }
  }
  let unspent = 0;
  for (const { group, without, withGroup, weight } of queue) {
    const leaves = leavesOf(group);
    const credit = (withGroup - without) * weight;
    unspent += Math.abs(credit);
    for (const leaf of leaves) scores[leaf]! += credit / leaves.length;
  }
  const rest = queue.length === 0 ? 'all groups split' : `${counted(queue.length)} groups left unsplit`;
  const note = `${counted(asked)} evaluations over a binary tree of ${counted(size)} features, ${rest}`;
  return { scores, standardError: undefined, full, empty, note, unspent };
}

/** How many coalitions it takes to split every group in all of its contexts, of which there are twice as many a level down. */
function evaluationsOf(tree: Tree, contexts = 1): number {
  if (typeof tree === 'number') return 0;
  return 2 * contexts + evaluationsOf(tree[0], 2 * contexts) + evaluationsOf(tree[1], 2 * contexts);
}

function toShare({ withGroup, without, weight }: Work): number {
  return Math.abs(withGroup - without) * weight;
}

function joined(context: Coalition, group: Tree): Coalition {
  const coalition = context.slice();
  for (const leaf of leavesOf(group)) coalition[leaf] = 1;
  return coalition;
}
