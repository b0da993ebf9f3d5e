import { restrictTo } from '../../graph/index.js';
import type { FiniteRule, Kept } from '../../runtime/runtime.js';
import { type Tensor, type Token, tensor, zeros } from '../../tensor/index.js';
import { type Batch, makeBatch, sliceRow, sourceBatch } from '../batch.js';
import { changedGraph } from '../changed-graph.js';
import type { ModelGraph } from '../create-graph.js';
import { editFeeds } from '../edit-feeds.js';
import { finiteRules } from '../finite.js';
import type { SourceInput } from '../model-input.js';
import type { Program, SessionCache } from '../session-cache.js';
import { isReadOnce } from '../stacks.js';
import { editsOfStep, type TextEdit } from './text-edits.js';

/** What one step computed. */
export interface Step {
  /** The values asked for, by name, with their batch axis. */
  readonly outputs: ReadonlyMap<string, Tensor>;
  /** Those of them that hold NaN or an infinity. */
  readonly nonFinite: ReadonlySet<string>;
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
  /** Where the tokens stand that the encoder of an encoder-decoder has read; empty in other models. */
  readonly read: readonly number[];
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
  /** Where NaN and infinities are looked for in what a step gives. */
  readonly #check: ReadonlyMap<string, FiniteRule>;
  /** 1 for a token, 0 for padding, at each position of each row so far. */
  readonly #masks: number[][];
  readonly #edits: readonly (readonly TextEdit[])[];
  /** The hook points that any of them edits: in what an encoder reads once, and in every step. */
  readonly #editedOnce: readonly string[];
  readonly #edited: readonly string[];
  /** What every step is fed with of what an encoder has read, and where the tokens of each row stand in it. */
  #held = new Map<string, Kept>();
  #source: Batch | undefined;
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
    const edited = [...new Set(rows.flatMap((edits) => edits.map(({ hook }) => hook)))].sort();
    const readOnce = (hook: string) => isReadOnce(model.graph, hook);
    this.#editedOnce = edited.filter(readOnce);
    this.#edited = edited.filter((hook) => !readOnce(hook));
    this.#check = finiteRules(outputs);
    const all = [...outputs, ...model.carried.map(({ present }) => present)];
    this.#program = {
      key: JSON.stringify(['continues', outputs.toSorted(), this.#edited]),
      build: () => restrictTo(changedGraph(model.graph, { edited: this.#edited }), all),
    };
  }

  /**
   * Lets the encoder of an encoder-decoder read its text, an entry for each row: once, before the first step.
   * @param outputs values of the encoder that are wanted besides
   * @returns their values, by name, for each row
   */
  async read(
    rows: readonly Pick<SourceInput, 'tokens' | 'hidden'>[],
    outputs: readonly string[],
    signal?: AbortSignal,
  ): Promise<Map<string, Tensor>[]> {
    const { held, graph } = this.#model;
    const names = held.map(({ value }) => value);
    const program: Program = {
      key: JSON.stringify(['reads', outputs.toSorted(), this.#editedOnce]),
      build: () =>
        restrictTo(changedGraph(graph, { edited: this.#editedOnce }), [...new Set([...outputs, ...names])]),
    };
    const batch = sourceBatch(rows, 'left');
    this.#source = batch;
    const widths = { source: batch.feeds.source_tokens!.shape[1]! };
    const places = batch.rows.map((place, row) => ({ ...place, source: place, edits: this.#edits[row]! }));
    const edits = this.#editedOnce.map((hook) => editFeeds(hook, graph.values.get(hook)!, widths, places));
    const feeds: Record<string, Tensor> = Object.assign({ ...batch.feeds }, ...edits);
    const { outputs: values, kept } = await this.#sessions.runWith(program, feeds, { keep: names, signal });
    this.#held = new Map(held.map(({ input, value }) => [input, kept.get(value)!]));
    return places.map((place, row) => {
      const own = (name: string) => sliceRow(values.get(name)!, graph.values.get(name)!, row, place);
      return new Map(outputs.map((name) => [name, own(name)]));
    });
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
    const feeds = {
      ...batch.feeds,
      ...this.#source?.feeds,
      ...Object.fromEntries(this.#held),
      ...this.#pastFeeds(),
      ...this.#editFeeds(batch, earlier),
    };
    const keep = carried.map(({ present }) => present);
    // Asked first, the engine frees what the last step read before it works on this one.
    const stale = this.#stale;
    this.#stale = [];
    const [{ outputs, nonFinite, kept }] = await Promise.all([
      this.#sessions.runWith(this.#program, feeds, { keep, check: this.#check, signal }),
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
        read: this.#readBy(row),
      };
    });
    return { outputs, nonFinite, rows: places } satisfies Step;
  }

  /** Whether what was read still holds when the first row has so many tokens more; see {@link ModelGraph}. */
  holds(more: number): boolean {
    const { holds } = this.#model;
    const read = this.#masks[0]!.reduce((sum, one) => sum + one, 0);
    return read === 0 || holds === undefined || holds(read, read + more);
  }

  /** Forgets all tokens that were read. */
  async restart(): Promise<void> {
    const kept = [...this.#stale, ...this.#kept.values()];
    this.#stale = [];
    this.#kept.clear();
    for (const mask of this.#masks) mask.length = 0;
    await this.#sessions.discard(kept);
  }

  /** Frees what the engine keeps. */
  async close(): Promise<void> {
    const held = [...this.#held.values()];
    this.#held.clear();
    await Promise.all([this.restart(), this.#sessions.discard(held)]);
  }

  #readBy(row: number): number[] {
    const place = this.#source?.rows[row];
    return place ? Array.from({ length: place.length }, (_, i) => place.start + i) : [];
  }

  /** Each position is edited in the step that reads it; what it left behind bears the edit from then on. */
  #editFeeds({ feeds, rows }: Batch, earlier: readonly number[]): Record<string, Tensor> {
    const source = this.#source?.feeds.source_tokens?.shape[1];
    const position = feeds.tokens!.shape[1]!;
    const widths = { position, source, 'past + position': this.#masks[0]!.length + position };
    const places = rows.map((place, row) => ({
      ...place,
      source: this.#source?.rows[row],
      edits: editsOfStep(this.#edits[row]!, earlier[row]!, place.length),
    }));
    const types = this.#model.graph.values;
    return Object.assign(
      {},
      ...this.#edited.map((hook) => editFeeds(hook, types.get(hook)!, widths, places)),
    );
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
