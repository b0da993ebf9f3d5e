/** Sequences that begin alike, each beginning once. */
export interface Tree {
  /** What stands at each node. A node comes behind its parent. */
  readonly steps: readonly number[];
  /** The node before each; −1 for a first one. */
  readonly parents: readonly number[];
  /** How many nodes stand before each on its path. */
  readonly depths: readonly number[];
  /** The sequences that it holds, with the node of each of their steps. */
  readonly paths: readonly { readonly row: number; readonly nodes: readonly number[] }[];
}

/**
 * Lays sequences into trees of at most `limit` nodes (one that is longer has a tree to itself). Sequences of one tree are of
 * one length; in the order of their steps, neighbours have the longest beginnings in common.
 */
export function growTrees(rows: readonly (readonly number[])[], limit: number): Tree[] {
  const order = [...rows.keys()].sort((a, b) => compare(rows[a]!, rows[b]!));
  const trees: Growing[] = [];
  for (const row of order) {
    const steps = rows[row]!;
    const last = trees.at(-1);
    const shared = last && commonBeginning(last, rows, steps);
    if (!last || shared === undefined || last.steps.length + steps.length - shared > limit) {
      const tree: Growing = { steps: [], parents: [], depths: [], paths: [] };
      grow(tree, row, steps, []);
      trees.push(tree);
    } else {
      grow(last, row, steps, last.paths.at(-1)!.nodes.slice(0, shared));
    }
  }
  return trees;
}

interface Growing extends Tree {
  readonly steps: number[];
  readonly parents: number[];
  readonly depths: number[];
  readonly paths: { row: number; nodes: number[] }[];
}

function compare(a: readonly number[], b: readonly number[]): number {
  if (a.length !== b.length) return b.length - a.length;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return a[i]! - b[i]!;
  return 0;
}

/** How many steps a sequence has in common with the last one of a tree; undefined where it is of another length. */
function commonBeginning(
  { paths }: Tree,
  rows: readonly (readonly number[])[],
  steps: readonly number[],
): number | undefined {
  const before = rows[paths.at(-1)!.row]!;
  if (before.length !== steps.length) return undefined;
  const differs = steps.findIndex((step, i) => step !== before[i]);
  return differs < 0 ? steps.length : differs;
}

function grow(tree: Growing, row: number, steps: readonly number[], shared: readonly number[]): void {
  const nodes = [...shared];
  for (const step of steps.slice(shared.length)) {
    tree.parents.push(nodes.at(-1) ?? -1);
    tree.depths.push(nodes.length);
    nodes.push(tree.steps.length);
    tree.steps.push(step);
  }
  tree.paths.push({ row, nodes });
}
