import { z } from 'zod';
import { PellucidError } from '../errors.js';
import { featuresOfStacks } from '../features/index.js';
import type { Question } from '../question/index.js';
import { attributedShares } from './games/attributed.js';
import { owenValues } from './games/owen.js';
import { leavesOf, nestedTree, type Tree } from './games/tree.js';
import { defineMethod } from './method.js';

const branch: z.ZodType<Tree> = z.lazy(() => z.union([z.int().min(0), z.tuple([branch, branch])]));

/** Where more than this share of the difference was not worked out, scores within unsplit branches say little. */
const largeShare = 0.1;

/** Owen values over a binary tree of the text (Owen 1977; Partition SHAP of Lundberg's `shap` package). */
export const partitionShap = defineMethod({
  name: 'partition-shap',
  title: 'Partition SHAP',
  aliases: ['owen', 'partition'],
  summary: 'Shapley values where words join as words and sentences as sentences',
  paper: 'https://doi.org/10.1007/978-3-642-45494-3_7',
  family: 'perturbation',
  signed: true,
  additive: true,
  options: z.strictObject({
    /** The most coalitions that are asked for, those of none and all included. */
    maxEvaluations: z.int().min(2).max(1_000_000).default(500),
    /** What features are joined into on the way to the whole text, finest first. */
    levels: z
      .array(z.enum(['words', 'sentences', 'paragraphs']))
      .default(['words', 'sentences', 'paragraphs']),
    /** A tree in place of the text's own: `[[0, 1], 2]`, features by number. */
    tree: branch.optional(),
  }),
  passes: ({ features }, { maxEvaluations }) => Math.min(2 ** features, maxEvaluations),
  async attribute(question, { maxEvaluations, levels, tree }, coalitions) {
    const chosen = tree === undefined ? treeOf(question, levels) : checkedTree(tree, coalitions.size);
    const shares = await owenValues(coalitions, chosen, maxEvaluations);
    const { unspent, full, empty } = shares;
    const share = full === empty ? null : unspent / Math.abs(full - empty);
    return {
      ...attributedShares(question, shares),
      errors: [
        {
          name: 'credit shared by size',
          value: unspent,
          share,
          large: unspent > largeShare * Math.abs(full - empty),
        },
      ],
    };
  },
});

/** Features in words, these in sentences …; last the two texts of a pair, or of encoder and decoder. An input of token ids has no such levels. */
function treeOf(
  { features, tokens, encoderLength, subject: { text, pair, targetText = null } }: Question,
  levels: readonly ('words' | 'sentences' | 'paragraphs')[],
): Tree {
  // A decoder that was given ids has no words of its own.
  const stack = encoderLength !== undefined && targetText === null ? 'encoder' : undefined;
  const groupings = (text === null ? [] : levels).map((by) => {
    const groups = new Map<number, number>();
    const source = { tokens, text, pair, encoderLength, targetText };
    for (const [group, { positions }] of featuresOfStacks(source, { by, stack }).entries())
      for (const position of positions) groups.set(position, group);
    return features.map(({ positions }) => groups.get(positions[0]!));
  });
  return nestedTree(features.length, [
    ...groupings,
    features.map((feature) => (feature.stack === 'decoder' ? 2 : feature.segment)),
  ]);
}

function checkedTree(tree: Tree, size: number): Tree {
  const leaves = leavesOf(tree);
  const fits = leaves.length === size && new Set(leaves).size === size && Math.max(...leaves) < size;
  if (fits) return tree;
  throw new PellucidError(
    'bad-input',
    `The tree must have each of the ${size} features once, by number from 0 to ${size - 1}; it has ${leaves.join(', ')}.`,
  );
}
