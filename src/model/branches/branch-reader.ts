import type { Checkpoint } from '../../checkpoint/index.js';
import {
  cutAt,
  type Dimension,
  type Graph,
  GraphBuilder,
  givenInput,
  restrictTo,
} from '../../graph/index.js';
import type { Tensor, Token } from '../../tensor/index.js';
import { type Architecture, answersHook, classifierScores, type Task } from '../architecture.js';
import { createGraph, type ModelGraph } from '../create-graph.js';
import { targetIds, targetPlace, targetValue } from '../gradient-graph.js';
import type { Program } from '../session-cache.js';
import type { AnswerScale, TargetDefinition } from '../target.js';
import type { Branch, Piece, PlacedBranch } from './branch.js';
import { branchFeeds } from './branch-feeds.js';
import { growTrees } from './trees.js';

/** Inputs that begin alike, and a scalar that is wanted of each. */
export interface BranchQuestion {
  readonly pieces: readonly Piece[];
  readonly branches: readonly Branch[];
  readonly definition: TargetDefinition;
  readonly signal?: AbortSignal | undefined;
  /** How many tokens are read at once. */
  readonly tokensAtOnce: number;
  /** Is told how many inputs have been read. */
  readonly onRead?: (count: number) => void;
}

export interface BranchReaderParts {
  readonly checkpoint: Checkpoint;
  readonly architecture: Architecture;
  readonly task: Task;
  readonly scale: AnswerScale;
  /** Where the model answers for a whole input. */
  readonly answerOf: (tokens: readonly Token[]) => number | undefined;
  readonly compute: (
    program: Program,
    feeds: Readonly<Record<string, Tensor>>,
    signal?: AbortSignal,
  ) => Promise<Map<string, Tensor>>;
}

/** Where the embeddings of tokens are given. */
const embeddings = 'hook_embed';

/** Longer inputs are not laid into trees: what attention computes for sources that are not seen would cost more. */
const longest = 512;

/** How many nodes a tree has at most: few inputs for long ones, for the same reason. */
function treeSize(length: number): number {
  return length <= 128 ? 4 * length : 2 * length;
}

/** Trees must spare so much of the tokens to be worth their wider attention. */
const leastSpared = 0.2;

/**
 * Reads inputs of a causal model that begin alike: a token sees nothing behind it, so a beginning that several inputs share
 * is computed once for all of them.
 */
export class BranchReader {
  readonly #parts: BranchReaderParts;
  readonly #model: ModelGraph;

  constructor(parts: BranchReaderParts) {
    this.#parts = parts;
    const { checkpoint, architecture, task } = parts;
    this.#model = createGraph(checkpoint, architecture, { task, branches: true });
  }

  /**
   * The target of each input. Undefined where inputs cannot be read so, or nothing would be gained: by models that are not
   * causal, of long texts, and of targets that compare or whose places are not known.
   */
  async read(question: BranchQuestion): Promise<Float64Array | undefined> {
    const { branches, definition, pieces, signal, tokensAtOnce } = question;
    const lengths = branches.map(({ steps }) => steps.length);
    const length = Math.max(...lengths);
    if (length > longest || definition.reads === 'comparison') return undefined;
    const graph = this.#graphOf(definition);
    if (!graph) return undefined;
    const trees = growTrees(
      branches.map(({ steps }) => steps),
      treeSize(length),
    );
    const nodes = trees.reduce((sum, { steps }) => sum + steps.length, 0);
    if (nodes > (1 - leastSpared) * lengths.reduce((sum, each) => sum + each, 0)) return undefined;
    const program: Program = {
      key: JSON.stringify(['branches', definition.name, this.#parts.scale]),
      build: () => graph,
    };
    const placed = branches.map((branch) => this.#placed(branch, pieces));
    const values = new Float64Array(branches.length);
    for (let start = 0; start < trees.length; ) {
      // Trees of one batch hold inputs of one length: some models look at how long a text is.
      const { depths } = trees[start]!;
      const same = trees
        .slice(start)
        .findIndex((tree) => tree.depths.length && last(tree) !== last({ depths }));
      const count = Math.max(1, Math.floor(tokensAtOnce / treeSize(length)));
      const part = trees.slice(start, start + (same < 0 ? count : Math.min(count, same)));
      const { feeds, rows } = branchFeeds(part, placed, { pieces, windows: this.#windows });
      const found = (await this.#parts.compute(program, feeds, signal)).get(targetValue)!;
      for (const [at, row] of rows) values[row]! += Number(found.data[at]);
      start += part.length;
      question.onRead?.(part.reduce((sum, { paths }) => sum + paths.length, 0));
    }
    // What is not a number is looked for by a run that can say where it arose.
    return values.every(Number.isFinite) ? values : undefined;
  }

  #placed({ steps, places }: Branch, pieces: readonly Piece[]): PlacedBranch {
    const whole = () => this.#parts.answerOf(steps.map((piece) => pieces[piece]!.token)) ?? steps.length - 1;
    return {
      steps,
      places: places.map(({ position, answers }) => ({ position: position ?? whole(), answers })),
    };
  }

  get #windows(): readonly (number | undefined)[] {
    return this.#model.branches!.windows;
  }

  /** The graph that gives a target at every place; undefined where the model is not one to be read so. */
  #graphOf(definition: TargetDefinition): Graph | undefined {
    const { graph } = this.#model;
    if (!graph.hooks.includes(embeddings) || !graph.values.has('logits')) return undefined;
    const builder = GraphBuilder.extend(cutAt(graph, [embeddings]));
    const answers = [answersHook, classifierScores].find((name) => graph.values.has(name));
    const whole = builder.value(answers ?? 'logits');
    const count = whole.shape.at(-1) as Dimension;
    const chosen =
      answers !== undefined
        ? whole
        : builder.apply('GatherND', [whole, builder.input(targetPlace, 'I64', ['batch', 'answer', 1])], {
            batch_dims: 1,
          });
    const logits = builder.apply('Reshape', [chosen], { shape: ['place', count] });
    const ids = builder.input(targetIds, 'I64', ['place', definition.takes, 1]);
    const { scale } = this.#parts;
    builder.named(
      targetValue,
      definition.build({ graph: builder, logits, ids, reference: undefined, scale }),
    );
    const restricted = restrictTo(builder.build(), [targetValue]);
    const known = ['positions', 'answers', targetIds, targetPlace, givenInput(embeddings)];
    const others = restricted.inputs.filter(
      ({ name }) => !known.includes(name) && !/^(sight|branch_)/.test(name),
    );
    return others.length === 0 ? restricted : undefined;
  }
}

/** How long the inputs of a tree are, less one. */
function last({ depths }: { readonly depths: readonly number[] }): number {
  return depths.at(-1)!;
}
