import type { CheckpointFiles } from '../checkpoint/index.js';
import { PellucidError } from '../errors.js';
import type { Graph } from '../graph/index.js';
import type { Feed, KeepingRun, Kept, Runtime, Session } from '../runtime/runtime.js';
import type { Tensor } from '../tensor/index.js';
import { encodeProgram } from './encode-program.js';

/** A graph to be run, and a name under which its session is found again: equal keys mean equal graphs. */
export interface Program {
  readonly key: string;
  readonly build: () => Graph;
}

type Feeds = Readonly<Record<string, Feed>>;

/** A session, the inputs that its graph asks for, and how many runs hold it. */
interface Entry {
  readonly opened: Promise<{ readonly session: Session; readonly inputs: readonly string[] }>;
  users: number;
}

/** Open sessions cost a mapping of the weights and little memory, but each question has one of its own. */
const capacity = 16;

/** Compiled graphs over one checkpoint's weights; the least recently used are released, never while they run. */
export class SessionCache {
  readonly #files: CheckpointFiles;
  readonly #runtime: Runtime;
  readonly #entries = new Map<string, Entry>();

  constructor(files: CheckpointFiles, runtime: Runtime) {
    this.#files = files;
    this.#runtime = runtime;
  }

  /** Runs a program. Feeds that its graph does not ask for are left out. */
  async run(program: Program, feeds: Feeds, signal?: AbortSignal): Promise<Map<string, Tensor>> {
    return (await this.runKeeping(program, feeds, [], signal)).outputs;
  }

  /** As {@link run}, but the outputs named in `keep` stay in the engine; see {@link discard}. */
  async runKeeping(
    program: Program,
    feeds: Feeds,
    keep: readonly string[],
    signal?: AbortSignal,
  ): Promise<KeepingRun> {
    const entry = this.#entry(program);
    entry.users += 1;
    try {
      const { session, inputs } = await entry.opened;
      const wanted = Object.fromEntries(inputs.map((name) => [name, feeds[name]!]));
      return await session.runKeeping(wanted, keep, signal);
    } catch (error) {
      // Its engine may have stopped: the next run opens a new session.
      if (!signal?.aborted) this.#drop(program.key, entry);
      throw error;
    } finally {
      entry.users -= 1;
      await this.#evict();
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

  #entry(program: Program): Entry {
    const entry = this.#entries.get(program.key) ?? { opened: this.#create(program), users: 0 };
    // Moved to the end: the front of the map is what was used longest ago.
    this.#entries.delete(program.key);
    this.#entries.set(program.key, entry);
    entry.opened.catch(() => this.#entries.delete(program.key));
    return entry;
  }

  #drop(key: string, entry: Entry): void {
    if (this.#entries.get(key) !== entry) return;
    this.#entries.delete(key);
    void release(entry);
  }

  async #evict(): Promise<void> {
    for (const [key, entry] of this.#entries) {
      if (this.#entries.size <= capacity) return;
      if (entry.users > 0) continue;
      this.#entries.delete(key);
      await release(entry);
    }
  }

  async #create({ build }: Program): ReturnType<typeof openSession> {
    const graph = build();
    try {
      return await openSession(graph, this.#files, this.#runtime);
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

async function openSession(graph: Graph, files: CheckpointFiles, runtime: Runtime) {
  const { model, options } = await encodeProgram(graph, files);
  const session = await runtime.createSession(model, options);
  return { session, inputs: graph.inputs.map(({ name }) => name) };
}

async function release({ opened }: Entry): Promise<void> {
  const open = await opened.catch(() => undefined);
  // An engine that has stopped has freed it already.
  await open?.session.release().catch(() => undefined);
}
