import type { CheckpointFiles } from '../checkpoint/index.js';
import { PellucidError } from '../errors.js';
import { costOf, type Graph, isQuantized } from '../graph/index.js';
import type { Feed, Kept, RunResult, Runtime, RunWishes, Session } from '../runtime/runtime.js';
import type { Tensor } from '../tensor/index.js';
import { encodeProgram } from './encode-program.js';

/** A graph to be run, and a name under which its session is found again: equal keys mean equal graphs. */
export interface Program {
  readonly key: string;
  readonly build: () => Graph;
}

type Feeds = Readonly<Record<string, Feed>>;

/** What a session holds. */
interface Held {
  /** Bytes in memory of its own. */
  readonly bytes: number;
  /** Bytes of weight files that it maps: the pages are shared, but each session counts as resident what it has read. */
  readonly mapped: number;
}

/** A session, the inputs that its graph asks for, how many runs hold it, and what it holds in memory. */
interface Entry extends Held {
  readonly opened: Promise<{ readonly session: Session; readonly inputs: readonly string[] }>;
  users: number;
}

export interface SessionCacheOptions {
  /** Whether sessions keep a copy of the weights in the processor's own layout; see SessionOptions of the runtime. */
  readonly prepack?: boolean | undefined;
  /** What a graph goes through last of all, before it is compiled: its products may be rewritten. */
  readonly finish?: ((graph: Graph) => Graph) | undefined;
  /** Most bytes that sessions hold which no run is using, mapped weights aside. */
  readonly capacityBytes?: number;
  /** Most bytes of weight files that they map. */
  readonly mappedBytes?: number;
}

/** Open sessions cost a mapping of the weights and little memory, but each question has one of its own. */
const capacity = 16;

const defaultCapacityBytes = 2 ** 30;

/** Pages of mapped weights are shared, but each session that has read them counts as resident for itself. */
const defaultMappedBytes = 2 ** 31;

/** So many sessions stay open even if they map more: a question, its clean run, its gradient, a text that grows. */
const fewSessions = 4;

/** What a session holds besides weights, measured: the graph, its plan and its threads. */
const sessionBytes = 2 ** 21;

/**
 * Compiled graphs over one checkpoint's weights. The least recently used are released, never while they run, so that few
 * stay open and those that hold copies of weights (casts from half precision, prepacked ones) stay below a limit.
 */
export class SessionCache {
  readonly #files: CheckpointFiles;
  readonly #runtime: Runtime;
  readonly #prepack: boolean;
  readonly #finish: (graph: Graph) => Graph;
  readonly #capacityBytes: number;
  readonly #mappedBytes: number;
  readonly #entries = new Map<string, Entry>();

  constructor(files: CheckpointFiles, runtime: Runtime, options: SessionCacheOptions = {}) {
    this.#files = files;
    this.#runtime = runtime;
    this.#prepack = options.prepack ?? false;
    this.#finish = options.finish ?? ((graph) => graph);
    this.#capacityBytes = options.capacityBytes ?? defaultCapacityBytes;
    this.#mappedBytes = options.mappedBytes ?? defaultMappedBytes;
  }

  /** A graph as it is going to be compiled. */
  finished(graph: Graph): Graph {
    return this.#finish(graph);
  }

  /** What the open sessions hold, mapped weights aside. */
  get bytes(): number {
    return [...this.#entries.values()].reduce((sum, { bytes }) => sum + bytes, 0);
  }

  /** What they map of weight files, each counted for itself. */
  get mapped(): number {
    return [...this.#entries.values()].reduce((sum, { mapped }) => sum + mapped, 0);
  }

  /** Runs a program. Feeds that its graph does not ask for are left out. */
  async run(program: Program, feeds: Feeds, signal?: AbortSignal): Promise<Map<string, Tensor>> {
    return (await this.runWith(program, feeds, { signal })).outputs;
  }

  /** As {@link run}, with more to be wished for; see {@link discard} for what is kept. */
  async runWith(program: Program, feeds: Feeds, wishes: RunWishes): Promise<RunResult> {
    const entry = await this.#entry(program);
    try {
      const { session, inputs } = await entry.opened;
      const wanted = Object.fromEntries(inputs.map((name) => [name, feeds[name]!]));
      return await session.runWith(wanted, wishes);
    } catch (error) {
      // Its engine may have stopped: the next run opens a new session.
      if (!wishes.signal?.aborted) this.#drop(program.key, entry);
      throw error;
    } finally {
      entry.users -= 1;
      await this.#evict({ bytes: 0, mapped: 0 });
    }
  }

  /** Runs a finished graph in a session of its own, which is released before the result is given. */
  async runOnce(graph: Graph, feeds: Feeds, wishes: RunWishes): Promise<RunResult> {
    const { session, inputs } = await this.#create(graph, isQuantized(graph));
    try {
      return await session.runWith(Object.fromEntries(inputs.map((name) => [name, feeds[name]!])), wishes);
    } finally {
      // An engine that has stopped has freed it already.
      await session.release().catch(() => undefined);
    }
  }

  /** Frees values that the engine kept. */
  async discard(kept: Iterable<Kept>): Promise<void> {
    await this.#runtime.discard(kept);
  }

  /** Releases every session. */
  async close(): Promise<void> {
    const entries = [...this.#entries.values()];
    this.#entries.clear();
    await Promise.all(entries.map(release));
  }

  /** The program's session, held by one more run. */
  async #entry({ key, build }: Program): Promise<Entry> {
    let entry = this.#entries.get(key);
    if (!entry) {
      const graph = this.#finish(build());
      const packs = this.#prepack || isQuantized(graph);
      const { casts, weights } = costOf(graph, new Map());
      // Where there are no files to map (in a browser) a session holds the weights themselves.
      const names = new Set(Array.from(graph.weights.values(), ({ data }) => data.file));
      const mapped = [...names].every((name) => this.#files.path(name) !== undefined);
      const held: Held = {
        bytes: sessionBytes + casts + (packs || !mapped ? weights : 0),
        mapped: mapped ? weights : 0,
      };
      // What others hold is given back before this one takes its own; another run may open it meanwhile.
      await this.#evict(held);
      entry = this.#entries.get(key) ?? { opened: this.#create(graph, packs), ...held, users: 0 };
    }
    entry.users += 1;
    // Moved to the end: the front of the map is what was used longest ago.
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    entry.opened.catch(() => this.#entries.delete(key));
    return entry;
  }

  #drop(key: string, entry: Entry): void {
    if (this.#entries.get(key) !== entry) return;
    this.#entries.delete(key);
    void release(entry);
  }

  /** Releases what was used longest ago until what is coming fits. */
  async #evict(coming: Held): Promise<void> {
    const fits = () =>
      this.#entries.size <= capacity &&
      this.bytes + coming.bytes <= this.#capacityBytes &&
      (this.mapped + coming.mapped <= this.#mappedBytes ||
        this.#entries.size + (coming.mapped > 0 ? 1 : 0) <= fewSessions);
    for (const [key, entry] of this.#entries) {
      if (fits()) return;
      if (entry.users > 0) continue;
      this.#entries.delete(key);
      await release(entry);
    }
  }

  async #create(graph: Graph, prepack: boolean): ReturnType<typeof openSession> {
    try {
      return await openSession(graph, this.#files, this.#runtime, prepack);
    } catch (error) {
      if (error instanceof PellucidError) throw error;
      const reason = error instanceof Error ? error.message : String(error);
      throw new PellucidError(
        'bad-checkpoint',
        `The engine cannot open the weights of ${this.#files.id}: ${reason}`,
        { cause: error },
      );
    }
  }
}

async function openSession(graph: Graph, files: CheckpointFiles, runtime: Runtime, prepack: boolean) {
  const { model, options } = await encodeProgram(graph, files);
  const session = await runtime.createSession(model, { ...options, prepack });
  return { session, inputs: graph.inputs.map(({ name }) => name) };
}

async function release({ opened }: Entry): Promise<void> {
  const open = await opened.catch(() => undefined);
  // An engine that has stopped has freed it already.
  await open?.session.release().catch(() => undefined);
}
