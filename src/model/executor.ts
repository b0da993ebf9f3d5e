import { PellucidError } from '../errors.js';
import {
  editSite,
  type Graph,
  givenInput,
  restrictTo,
  type ValueType,
  withReadRows,
} from '../graph/index.js';
import { pauses } from '../pauses.js';
import { type Tensor, tensor } from '../tensor/index.js';
import { type Batch, type BatchRow, makeBatch, type PaddingSide, sliceRow } from './batch.js';
import {
  type Captures,
  capturedName,
  capturedType,
  captureFeeds,
  ownPositions,
  withCapturedParts,
} from './capture.js';
import { changedGraph } from './changed-graph.js';
import type { ModelGraph } from './create-graph.js';
import { editFeeds, editSitesFor, type HookEdit } from './edit-feeds.js';
import { type Computed, Engine, type EngineContext, type EngineOptions } from './engine.js';
import { finiteRules } from './finite.js';
import type { Plan } from './memory.js';
import { isOptionalHook } from './optional-hooks.js';
import type { Program } from './session-cache.js';

/** One row to be computed: its tokens, where it answers, and what is edited on the way. */
export interface ExecutionRow extends BatchRow {
  readonly edits?: readonly HookEdit[] | undefined;
}

/** Values that are added to a model's graph and computed with it. */
export interface GraphExtension {
  /** Tells apart the graphs that {@link GraphExtension.extend} makes. */
  readonly key: string;
  /** The values that it adds, with their types. */
  readonly outputs: ReadonlyMap<string, ValueType>;
  /** What the added part reads. */
  readonly reads: readonly string[];
  /** Hook points that must lie on the way of the computation. */
  readonly sources: readonly string[];
  readonly frozen: readonly string[];
  extend(graph: Graph): Graph;
  /** What the added part asks for. */
  feeds(rows: readonly ExecutionRow[], batch: Batch): Readonly<Record<string, Tensor>>;
}

/** A batch of rows and the values wanted of them. */
export interface Execution extends EngineOptions {
  readonly rows: readonly ExecutionRow[];
  /** Values of the graph, by name. */
  readonly outputs: readonly string[];
  /** Of which outputs, hook points, only some heads or positions are wanted. */
  readonly parts?: Captures | undefined;
  /** Computed besides; its outputs are added to what each row has. */
  readonly extension?: GraphExtension | undefined;
  /**
   * Values of hook points that are given instead of computed, with their batch axis: what stands before them is not
   * computed. Rows must then be of one length.
   */
  readonly given?: ReadonlyMap<string, Tensor> | undefined;
  /** The rows differ only in their edits: what stands before the first edit is computed once for all of them. */
  readonly shared?: boolean | undefined;
  readonly padding?: PaddingSide | undefined;
}

/** Hook points among which the first NaN is looked for: every step of the residual stream, and what leaves it. */
const stream = /^((encoder\.|decoder\.)?(hook_.*|blocks\.\d+\.(hook_.*|\w+\.hook_pattern))|logits)$/;

/** What of a graph that ends in a target is read: the positions at which the head answers. */
const readRows = { axis: 'position', reader: 'answers', rows: 'answer_positions' };

/** The positions that any row's answers are read at, and where among them each stands. */
function rowFeeds({ feeds }: Batch): Record<string, Tensor> {
  const { shape, data } = feeds.answers as Tensor<'I64'>;
  const positions = [...new Set(data)].sort((a, b) => Number(a - b));
  const places = data.map((position) => BigInt(positions.indexOf(position)));
  return {
    [readRows.rows]: tensor('I64', [positions.length], BigInt64Array.from(positions)),
    [readRows.reader]: tensor('I64', shape, places),
  };
}

/** Computes values of one model's graph for batches of rows. */
export class Executor {
  readonly #model: ModelGraph;
  readonly #id: string;
  readonly #segmentTypes: readonly number[];
  readonly #engine: Engine;

  constructor(model: ModelGraph, segmentTypes: readonly number[], context: Omit<EngineContext, 'heads'>) {
    this.#model = model;
    this.#id = context.files.id;
    this.#segmentTypes = segmentTypes;
    this.#engine = new Engine({ ...context, heads: model.dimensions.heads });
  }

  /**
   * The wanted values of each row, by name, without batch axis and padding.
   * @throws PellucidError `non-finite` when a value is NaN or infinite (the first such hook point is named), `bad-input`
   * for an edit that does not fit, `cancelled`.
   */
  async execute(execution: Execution): Promise<Map<string, Tensor>[]> {
    const { graph } = this.#model;
    const batch = this.#batch(execution);
    const added = execution.extension?.outputs ?? new Map<string, ValueType>();
    const names = [...execution.outputs, ...added.keys()];
    const { outputs, nonFinite } = await this.#run(execution, batch, names);
    if (execution.outputs.some((name) => nonFinite.has(name))) {
      throw await this.#firstNonFinite(execution, batch);
    }
    const damaged = [...added.keys()].find((name) => nonFinite.has(name));
    if (damaged !== undefined) {
      throw new PellucidError('non-finite', `${this.#id} computes NaN or infinity, first at ${damaged}.`);
    }
    const typeOf = (name: string) => added.get(name) ?? graph.values.get(name)!;
    // What is cut out of padding is copied, and attention of a long text is hundreds of megabytes.
    const pause = pauses(execution);
    const found = batch.rows.map(() => new Map<string, Tensor>());
    for (const name of names) {
      const output = outputs.get(name)!;
      const part = execution.parts?.get(name) ?? {};
      const type = capturedType(name, typeOf(name), part);
      for (const [row, place] of batch.rows.entries()) {
        await pause();
        // A value that no edit of shared rows reaches was computed once.
        const value = sliceRow(output, type, Math.min(row, output.shape[0]! - 1), place);
        found[row]!.set(name, ownPositions(value, name, part, graph, row, batch.rows));
      }
    }
    return found;
  }

  /** Runs a program of this model in the memory that there is. @throws PellucidError as {@link execute} */
  async compute(
    program: Program,
    feeds: Readonly<Record<string, Tensor>>,
    signal?: AbortSignal,
  ): Promise<Map<string, Tensor>> {
    return (await this.#engine.run(program, feeds, { signal })).outputs;
  }

  /** How an execution would be carried out now. @throws PellucidError `bad-input` when it does not fit into memory. */
  plan(execution: Execution): Plan {
    const names = [...execution.outputs, ...(execution.extension?.outputs.keys() ?? [])];
    const { program, feeds } = this.#prepare(execution, this.#batch(execution), names);
    return this.#engine.plan(program, feeds, execution);
  }

  #batch({ rows, padding, shared }: Execution): Batch {
    const options = { side: padding, segmentTypes: this.#segmentTypes };
    const batch = makeBatch(rows, options);
    if (!shared) return batch;
    const { feeds } = makeBatch(rows.slice(0, 1), options);
    return { ...batch, feeds: { ...feeds, answers: batch.feeds.answers! } };
  }

  /** Values of hook points, and which of them are not finite. */
  async #run(execution: Execution, batch: Batch, hooks: readonly string[]): Promise<Computed> {
    const { program, feeds, names } = this.#prepare(execution, batch, hooks);
    const rules = finiteRules(hooks);
    const check = new Map(hooks.map((hook, i) => [names[i]!, rules.get(hook)!]));
    const { outputs, nonFinite } = await this.#engine.run(program, feeds, { ...execution, check });
    return {
      outputs: new Map(hooks.map((hook, i) => [hook, outputs.get(names[i]!)!])),
      nonFinite: new Set(hooks.filter((_, i) => nonFinite.has(names[i]!))),
    };
  }

  /** The graph of an execution and its feeds. `names` are those of the wanted outputs in the graph. */
  #prepare(execution: Execution, batch: Batch, outputs: readonly string[]) {
    const { graph } = this.#model;
    const { rows, given = new Map<string, Tensor>(), extension, parts = new Map() } = execution;
    const edited = [...new Set(rows.flatMap(({ edits = [] }) => edits.map(({ hook }) => hook)))].sort();
    const cut = [...given.keys()].sort();
    const { sources = [], frozen = [] } = extension ?? {};
    const optional = [...edited, ...cut, ...sources, ...frozen].some(isOptionalHook);
    // Rows that share a start are spread out at the first site, and norms may have copies behind optional hook points.
    const sites = execution.shared || optional ? edited : editSitesFor(edited, graph);
    const names = outputs.map((hook) => capturedName(hook, parts.get(hook) ?? {}));
    const build = () => {
      const changed = changedGraph(graph, { edited: sites, given: cut, sources, frozen });
      const chosen = parts.size > 0 ? withCapturedParts(changed, parts) : changed;
      if (!extension) return restrictTo(chosen, names);
      // Nobody compares this with a run to the last bit, so that what no row's target reads can be left out.
      const own = execution.outputs.map((hook) => capturedName(hook, parts.get(hook) ?? {}));
      const needed = restrictTo(chosen, [...new Set([...own, ...extension.reads, ...sources, ...frozen])]);
      return restrictTo(extension.extend(withReadRows(needed, readRows)), names);
    };
    const key = JSON.stringify([names.toSorted(), sites, cut, extension?.key]);
    const program: Program = { key, build };
    const widths = { position: batch.feeds.tokens!.shape[1]!, source: batch.feeds.source_tokens?.shape[1] };
    const places = rows.map(({ edits = [] }, row) => ({ ...batch.rows[row]!, edits }));
    const feeds: Record<string, Tensor> = { ...batch.feeds, ...extension?.feeds(rows, batch) };
    Object.assign(feeds, captureFeeds(parts, graph, batch.rows), extension ? rowFeeds(batch) : {});
    for (const [hook, value] of given) feeds[givenInput(hook)] = value;
    for (const hook of sites) Object.assign(feeds, editFeeds(hook, graph.values.get(hook)!, widths, places));
    // Where no edit reaches the outputs nothing spreads shared rows out, and one row answers for all.
    const asked = new Set(execution.shared ? build().inputs.map(({ name }) => name) : []);
    const spread = !execution.shared || edited.some((hook) => asked.has(editSite(hook).keep));
    if (!spread) feeds.answers = makeBatch(rows.slice(0, 1)).feeds.answers!;
    return { program, feeds, names };
  }

  /** Finds where the first NaN or infinity stands, by running once more with the whole stream kept. */
  async #firstNonFinite(execution: Execution, batch: Batch): Promise<PellucidError> {
    const { hooks } = this.#model.graph;
    // Of a long text the patterns would be larger than all else.
    const { tokens, source_tokens: source } = batch.feeds;
    const long = Math.max(tokens!.shape[1]!, source?.shape[1] ?? 0) > 1024;
    const names = hooks.filter(
      (name) => stream.test(name) && !isOptionalHook(name) && !(long && name.endsWith('hook_pattern')),
    );
    const search = { ...execution, extension: undefined, parts: undefined, onProgress: undefined };
    const { nonFinite } = await this.#run(search, batch, names);
    const first = names.find((name) => nonFinite.has(name)) ?? 'the output';
    const layer = /^(?:encoder\.|decoder\.)?blocks\.(\d+)\./.exec(first)?.[1];
    const where = layer === undefined ? first : `${first} (layer ${layer})`;
    const why = execution.rows.some(({ edits }) => edits?.length)
      ? 'an edit or its weights make it overflow'
      : 'its weights are damaged or it overflows';
    return new PellucidError(
      'non-finite',
      `${this.#id} computes NaN or infinity, first at ${where}: ${why}.`,
    );
  }
}
