import type { CheckpointFiles } from '../checkpoint/index.js';
import type { Graph } from '../graph/index.js';
import type { FiniteRule, Runtime } from '../runtime/runtime.js';
import type { Tensor } from '../tensor/index.js';
import { type MemoryOption, type Plan, type Planner, type Progress, plannerOf } from './memory.js';
import type { Program, SessionCache } from './session-cache.js';

/** How one run is carried out. */
export interface EngineOptions {
  readonly memory?: MemoryOption | undefined;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What an engine knows of its model. */
export interface EngineContext {
  readonly files: CheckpointFiles;
  readonly runtime: Runtime;
  readonly sessions: SessionCache;
  readonly heads: number;
  readonly memory?: MemoryOption | undefined;
  readonly prepack?: boolean | undefined;
}

/** How one run is carried out, and what is looked for in its outputs. */
interface EngineRun extends EngineOptions {
  /** Outputs in which NaN and infinities are looked for. */
  readonly check?: ReadonlyMap<string, FiniteRule> | undefined;
}

/** What a run gives. */
export interface Computed {
  readonly outputs: Map<string, Tensor>;
  /** Of the outputs that were to be checked, those that are not finite. */
  readonly nonFinite: ReadonlySet<string>;
}

type Feeds = Readonly<Record<string, Tensor>>;

/** Of the memory that is free, the share that a run may plan with. */
const usableShare = 0.9;

/** How many plans are remembered: one for each question and length. */
const rememberedPlans = 64;

/** Runs programs in the memory that there is: as a whole where it fits, else block by block. */
export class Engine {
  readonly #context: EngineContext;
  readonly #sessions: SessionCache;
  /** By program, sizes and memory; what happens to be free is asked anew at each run. */
  readonly #planners = new Map<string, Planner>();

  constructor(context: EngineContext) {
    this.#context = context;
    this.#sessions = context.sessions;
  }

  /**
   * Runs a program. Feeds that its graph does not ask for are left out.
   * @throws PellucidError `bad-input` before anything is computed when the run does not fit into memory, `cancelled`.
   */
  async run(program: Program, feeds: Feeds, options: EngineRun = {}): Promise<Computed> {
    const { signal, check, onProgress } = options;
    const plan = this.plan(program, feeds, options);
    if (plan.mode === 'segmented') return this.#runSegments(plan, feeds, options);
    const { key } = program;
    const lengths = [feeds.tokens?.shape[1], feeds.source_tokens?.shape[1]].join(' ');
    const whole = {
      key: plan.chunk ? `${key} ${lengths} ${plan.chunk}` : key,
      build: () => plan.segments[0]!.graph,
    };
    const computed = await this.#sessions.runWith(whole, feeds, { check, signal });
    onProgress?.({ done: 1, total: 1, part: 'model' });
    return computed;
  }

  /** How a program would be run now. @throws PellucidError `bad-input` when it does not fit. */
  plan({ key, build }: Program, feeds: Feeds, { memory = this.#context.memory }: EngineOptions = {}): Plan {
    const low = memory === 'low';
    const limit = typeof memory === 'object' ? memory.limit : this.#atHand();
    const shapes = Object.entries(feeds).map(([name, { shape }]) => [name, ...shape]);
    const place = JSON.stringify([key, shapes, memory]);
    let planner = this.#planners.get(place);
    if (!planner) {
      const graph = this.#sessions.finished(build());
      const { heads, files, prepack } = this.#context;
      planner = plannerOf(graph, { sizes: sizesOf(graph, feeds), heads, low, prepack, id: files.id });
      if (this.#planners.size >= rememberedPlans) this.#planners.clear();
      this.#planners.set(place, planner);
    }
    return planner(limit);
  }

  /** Bytes that a run may take: what is free, and what open sessions would give back or are reused from. */
  #atHand(): number {
    const free = this.#context.runtime.availableMemory?.();
    return free === undefined ? Number.POSITIVE_INFINITY : usableShare * free + this.#sessions.bytes;
  }

  async #runSegments({ segments, wanted }: Plan, feeds: Feeds, options: EngineRun): Promise<Computed> {
    const { signal, check = new Map<string, FiniteRule>() } = options;
    const lastReader = new Map<string, number>();
    for (const [i, { carried }] of segments.entries()) for (const name of carried) lastReader.set(name, i);
    const carried = new Map<string, Tensor>();
    const results = new Map<string, Tensor>();
    const nonFinite = new Set<string>();
    for (const [i, { name, graph }] of segments.entries()) {
      const given = { ...feeds, ...Object.fromEntries(carried) };
      const own = new Map([...check].filter(([output]) => graph.outputs.includes(output)));
      const { outputs, ...found } = await this.#sessions.runOnce(graph, given, { check: own, signal });
      for (const output of found.nonFinite) nonFinite.add(output);
      for (const [output, value] of outputs) {
        if ((lastReader.get(output) ?? -1) > i) carried.set(output, value);
        if (wanted.has(output)) results.set(output, value);
      }
      for (const value of carried.keys()) if (lastReader.get(value) === i) carried.delete(value);
      options.onProgress?.({ done: i + 1, total: segments.length, part: name });
    }
    return { outputs: results, nonFinite };
  }
}

/** What the named sizes are, from the shapes that are fed. */
function sizesOf(graph: Graph, feeds: Feeds): Map<string, number> {
  const sizes = new Map<string, number>();
  for (const { name, shape } of graph.inputs) {
    for (const [axis, size] of shape.entries()) {
      const length = feeds[name]?.shape[axis];
      // Rows that share what stands before an edit are one there and many behind it: the larger counts.
      if (typeof size === 'string' && length !== undefined)
        sizes.set(size, Math.max(length, sizes.get(size) ?? 0));
    }
  }
  sizes.set('batch', Math.max(sizes.get('batch') ?? 1, sizes.get('row') ?? 1));
  return sizes;
}
