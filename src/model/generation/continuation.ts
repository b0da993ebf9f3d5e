import { restrictTo } from '../../graph/index.js';
import type { Kept } from '../../runtime/runtime.js';
import { type Tensor, type Token, tensor, zeros } from '../../tensor/index.js';
import { type Batch, makeBatch } from '../batch.js';
import { changedGraph } from '../changed-graph.js';
import type { ModelGraph } from '../create-graph.js';
import { editFeeds } from '../edit-feeds.js';
import type { Program, SessionCache } from '../session-cache.js';
import { editsOfStep, type TextEdit } from './text-edits.js';

/** What one step computed. */
export interface Step {
  /** The values asked for, by name, with their batch axis. */
  readonly outputs: ReadonlyMap<string, Tensor>;
  /** Where the tokens of each row stand in them. */
  readonly rows: readonly StepRow[];
}

/** One row of a step. */
export interface StepRow {
  /** How many tokens of the row earlier steps have read. */
  readonly earlier: number;
  /** Where its new tokens stand among the new positions. */
  readonly fresh: readonly number[];
  /** Where all of its tokens stand among the sources: earlier steps' positions, then the new ones. */
  readonly sources: readonly number[];
}

type Fed = Pick<Token, 'id' | 'segment'>;

/**
 * Several texts that are read on step by step, side by side. Keys and values of what has been read stay in the engine.
 * Each step is as wide as the row with the most new tokens; the others are filled up on the left.
 */
export class Continuation {
  readonly #model: ModelGraph;
  readonly #sessions: SessionCache;
  readonly #program: Program;
  /** 1 for a token, 0 for padding, at each position of each row so far. */
  readonly #masks: number[][];
  readonly #edits: readonly (readonly TextEdit[])[];
  /** The hook points that any of them edits. */
  readonly #edited: readonly string[];
  /** What the next step is fed with, by the name of its input. */
  #kept = new Map<string, Kept>();
  /** What the last step was fed with. */
  #stale: readonly Kept[] = [];

  /**
   * @param model a graph that continues a text
   * @param rows the edits of each text
   * @param outputs values that each step gives
   */
  constructor(
    model: ModelGraph,
    sessions: SessionCache,
    rows: readonly (readonly TextEdit[])[],
    outputs: readonly string[],
  ) {
    this.#model = model;
    this.#sessions = sessions;
    this.#masks = rows.map(() => []);
    this.#edits = rows;
    this.#edited = [...new Set(rows.flatMap((edits) => edits.map(({ hook }) => hook)))].sort();
    const all = [...outputs, ...model.carried.map(({ present }) => present)];
    this.#program = {
      key: JSON.stringify(['continues', outputs.toSorted(), this.#edited]),
      build: () => restrictTo(changedGraph(model.graph, { edited: this.#edited }), all),
    };
  }

  /**
   * Reads new tokens: for each row some, or none (but not for all).
   * @throws PellucidError `cancelled`
   */
  async step(fresh: readonly (readonly Fed[])[], segmentTypes: readonly number[], signal?: AbortSignal) {
    const { carried } = this.#model;
    const earlier = this.#masks.map((mask) => mask.reduce((sum, one) => sum + one, 0));
    const width = Math.max(...fresh.map((tokens) => tokens.length));
    // Filled up on the left, the last token of each row stands in the last place.
    const rows = fresh.map((tokens, row) => ({ tokens, answers: [tokens.length - 1], first: earlier[row]! }));
    const batch = makeBatch(rows, { side: 'left', segmentTypes });
    const feeds = { ...batch.feeds, ...this.#pastFeeds(), ...this.#editFeeds(batch, earlier) };
    const names = carried.map(({ present }) => present);
    // Asked first, the engine frees what the last step read before it works on this one.
    const stale = this.#stale;
    this.#stale = [];
    const [{ outputs, kept }] = await Promise.all([
      this.#sessions.runKeeping(this.#program, feeds, names, signal),
      this.#sessions.discard(stale),
    ]);
    this.#stale = [...this.#kept.values()];
    this.#kept = new Map(carried.map(({ past, present }) => [past, kept.get(present)!]));

    const places = this.#masks.map((mask, row): StepRow => {
      const before = mask.length;
      const start = width - fresh[row]!.length;
      for (let i = 0; i < width; i++) mask.push(i < start ? 0 : 1);
      return {
        earlier: earlier[row]!,
        fresh: indicesOf(mask.slice(before)),
        sources: indicesOf(mask),
      };
    });
    return { outputs, rows: places } satisfies Step;
  }

  /** Whether what was read still holds when the first row has so many tokens more; see {@link ModelGraph}. */
  holds(more: number): boolean {
    const { holds } = this.#model;
    const read = this.#masks[0]!.reduce((sum, one) => sum + one, 0);
    return read === 0 || holds === undefined || holds(read, read + more);
  }

  /** Forgets everything that was read. */
  async restart(): Promise<void> {
    await this.close();
    for (const mask of this.#masks) mask.length = 0;
  }

  /** Frees what the engine keeps. */
  async close(): Promise<void> {
    const kept = [...this.#stale, ...this.#kept.values()];
    this.#stale = [];
    this.#kept.clear();
    await this.#sessions.discard(kept);
  }

  /** Each position is edited in the step that reads it; what it left behind bears the edit from then on. */
  #editFeeds({ feeds, rows }: Batch, earlier: readonly number[]): Record<string, Tensor> {
    const width = feeds.tokens!.shape[1]!;
    const places = rows.map((place, row) => ({
      ...place,
      edits: editsOfStep(this.#edits[row]!, earlier[row]!, place.length),
    }));
    const types = this.#model.graph.values;
    return Object.assign({}, ...this.#edited.map((hook) => editFeeds(hook, types.get(hook)!, width, places)));
  }

  #pastFeeds(): Record<string, Tensor | Kept> {
    const rows = this.#masks.length;
    const length = this.#masks[0]!.length;
    const mask = tensor('F32', [rows, length], Float32Array.from(this.#masks.flat()));
    const values = this.#model.carried.map(({ past, shape }) => {
      const empty = shape.map((size) => (size === 'batch' ? rows : size === 'past' ? 0 : Number(size)));
      return [past, this.#kept.get(past) ?? zeros('F32', empty)] as const;
    });
    return { past_mask: mask, ...Object.fromEntries(values) };
  }
}

function indicesOf(mask: readonly number[]): number[] {
  return mask.flatMap((one, index) => (one === 1 ? [index] : []));
}
