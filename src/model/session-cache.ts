import type { CheckpointFiles } from '../checkpoint/index.js';
import { PellucidError } from '../errors.js';
import { encodeOnnx, type Graph, restrictTo } from '../graph/index.js';
import type { Runtime, Session } from '../runtime/runtime.js';
import type { Tensor } from '../tensor/index.js';
import { weightFolder } from './weight-folder.js';

/** A session, and the inputs that its part of the graph asks for. */
interface Entry {
  readonly session: Session;
  readonly inputs: readonly string[];
}

/** Open sessions cost a mapping of the weights and little memory, but each question has one of its own. */
const capacity = 16;

/** Compiled parts of one graph, by the outputs that they compute; the least recently used are released. */
export class SessionCache {
  readonly #graph: Graph;
  readonly #files: CheckpointFiles;
  readonly #runtime: Runtime;
  readonly #entries = new Map<string, Promise<Entry>>();

  constructor(graph: Graph, files: CheckpointFiles, runtime: Runtime) {
    this.#graph = graph;
    this.#files = files;
    this.#runtime = runtime;
  }

  /** Computes the named outputs. Feeds that this part of the graph does not need are left out. */
  async run(
    outputs: readonly string[],
    feeds: Readonly<Record<string, Tensor>>,
    signal?: AbortSignal,
  ): Promise<Map<string, Tensor>> {
    const { session, inputs } = await this.#open(outputs);
    return session.run(Object.fromEntries(inputs.map((name) => [name, feeds[name]!])), signal);
  }

  /** Releases every session. */
  async close(): Promise<void> {
    const entries = [...this.#entries.values()];
    this.#entries.clear();
    await Promise.all(entries.map(release));
  }

  #open(outputs: readonly string[]): Promise<Entry> {
    const key = [...outputs].sort().join('\n');
    const entry = this.#entries.get(key) ?? this.#create(outputs);
    // Moved to the end: the front of the map is what was used longest ago.
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    entry.catch(() => this.#entries.delete(key));
    if (this.#entries.size > capacity) {
      const [oldest, unused] = this.#entries.entries().next().value!;
      this.#entries.delete(oldest);
      void release(unused);
    }
    return entry;
  }

  async #create(outputs: readonly string[]): Promise<Entry> {
    const graph = restrictTo(this.#graph, outputs);
    const files = new Set([...graph.weights.values()].map(({ data }) => data.file));
    const { folder, locate } = weightFolder(this.#files, files);
    try {
      const session = await this.#runtime.createSession(encodeOnnx(graph, locate), { weightsFolder: folder });
      return { session, inputs: graph.inputs.map(({ name }) => name) };
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new PellucidError(
        'bad-checkpoint',
        `The engine cannot open the weights of ${this.#files.id}: ${reason}`,
        { cause: error },
      );
    }
  }
}

async function release(entry: Promise<Entry>): Promise<void> {
  const opened = await entry.catch(() => undefined);
  await opened?.session.release();
}
