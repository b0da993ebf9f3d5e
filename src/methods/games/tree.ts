/** A binary tree whose leaves are features, by number: `[[0, 1], 2]`. */
export type Tree = number | readonly [Tree, Tree];

/** The features of a tree, from left to right. */
export function leavesOf(tree: Tree): readonly number[] {
  if (typeof tree === 'number') return [tree];
  const leaves: number[] = [];
  const rest: Tree[] = [tree];
  for (let next = rest.pop(); next !== undefined; next = rest.pop()) {
    if (typeof next === 'number') leaves.push(next);
    else rest.push(next[1], next[0]);
  }
  return leaves;
}

/**
 * A tree over features in their order: neighbours that share a group become one branch, level by level, and within a
 * branch (and at the top) halves are split into halves.
 * @param levels from the finest: which group each feature belongs to; undefined where it belongs to none
 */
export function nestedTree(size: number, levels: readonly (readonly (number | undefined)[])[]): Tree {
  let branches = Array.from({ length: size }, (_, feature) => ({ tree: feature as Tree, feature }));
  for (const groupOf of levels) {
    const runs: (typeof branches)[] = [];
    for (const branch of branches) {
      const last = runs.at(-1)?.at(-1);
      const group = groupOf[branch.feature];
      if (last && group !== undefined && groupOf[last.feature] === group) runs.at(-1)!.push(branch);
      else runs.push([branch]);
    }
    branches = runs.map((run) => ({ tree: halved(run.map(({ tree }) => tree)), feature: run[0]!.feature }));
  }
  return halved(branches.map(({ tree }) => tree));
}

function halved(trees: readonly Tree[]): Tree {
  if (trees.length === 1) return trees[0]!;
  const middle = Math.ceil(trees.length / 2);
  return [halved(trees.slice(0, middle)), halved(trees.slice(middle))];
}
