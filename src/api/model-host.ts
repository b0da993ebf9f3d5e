import { PellucidError } from '../errors.js';
import type { Model, Progress } from '../model/index.js';
import { Queue } from './queue.js';

/** While something is under way. */
export interface Watch {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

/** Where more models can be had from. */
export type AddPlace = 'hub' | 'folder';

/** A model that can be opened: it is at hand. */
export interface ListedModel {
  readonly name: string;
  readonly title: string;
  readonly modelType: string;
  /** `named`: by the person, when it was started or since. */
  readonly from: 'bundled' | 'cache' | 'named';
}

/** How a person adds a model to those that can be opened. */
export interface ModelAdder {
  readonly places: readonly AddPlace[];
  /** Address of the Hub; null where none is asked. */
  readonly hub: string | null;
  /** Gets the model; progress is in bytes. @throws PellucidError where it is no model that can be opened. */
  add(from: AddPlace, name: string, watch: Watch): Promise<ListedModel>;
}

/** Where a host gets its models. */
export interface ModelSource {
  /** What may be opened: nothing else is. */
  list(): Promise<readonly ListedModel[]>;
  /** Opens a listed model. */
  load(name: string, signal: AbortSignal | undefined): Promise<Model>;
  /** The model to begin with. */
  readonly first: string;
  readonly version: string;
  /** Left out where nothing can be added. */
  readonly adds?: ModelAdder | undefined;
}

interface Held {
  model: Promise<Model> | undefined;
  readonly queue: Queue;
}

/** Models held open at a time; the one unused for longest is closed for another. */
const mostOpen = 3;

/** Requests that may wait for one model. */
const mostWaiting = 32;

/** The models that were opened, each with a queue of its own. */
export class ModelHost {
  readonly source: ModelSource;
  /** In the order of use, the last one used last. */
  readonly #held = new Map<string, Held>();

  constructor(source: ModelSource) {
    this.source = source;
  }

  /** Opens a model, so that it can be used. @throws PellucidError `not-found` for one that is not listed. */
  async open(name: string, { signal }: Watch = {}): Promise<Model> {
    const listed = await this.source.list();
    if (!listed.some((each) => each.name === name)) {
      throw new PellucidError(
        'not-found',
        `"${name}" is not among the models that can be opened here: add it, or name it when you start the studio (pellucid studio ${/\s/.test(name) ? `"${name}"` : name}).`,
      );
    }
    const held = this.#held.get(name) ?? { model: undefined, queue: new Queue(mostWaiting) };
    this.#held.set(name, held);
    return held.queue.add(async () => this.#modelOf(name, held, signal), signal);
  }

  /**
   * Does work on an opened model when its turn comes. Where the engine dies the model is let go, and the next work opens it anew.
   * @throws PellucidError `not-found` for a model that was not opened.
   */
  async use<T>(
    name: string,
    work: (model: Model) => Promise<T>,
    signal: AbortSignal | undefined,
  ): Promise<T> {
    const held = this.#held.get(name);
    if (!held) throw new PellucidError('not-found', `The model "${name}" is not open: open it first.`);
    return held.queue.add(async () => {
      try {
        return await work(await this.#modelOf(name, held, signal));
      } catch (error) {
        if (!isEngineFailure(error, signal)) throw error;
        held.model = undefined;
        throw new EngineStopped(error);
      }
    }, signal);
  }

  /** Closes all models. */
  async close(): Promise<void> {
    const models = [...this.#held.values()].flatMap(({ model }) => model ?? []);
    this.#held.clear();
    await Promise.all(models.map(async (model) => (await model.catch(() => undefined))?.close()));
  }

  async #modelOf(name: string, held: Held, signal: AbortSignal | undefined): Promise<Model> {
    this.#held.delete(name);
    this.#held.set(name, held);
    held.model ??= this.source.load(name, signal);
    try {
      const model = await held.model;
      await this.#closeUnused();
      return model;
    } catch (error) {
      held.model = undefined;
      throw error;
    }
  }

  async #closeUnused(): Promise<void> {
    const open = [...this.#held.values()].filter(({ model }) => model !== undefined);
    const idle = open.filter(({ queue }) => queue.length === 0);
    for (const held of idle.slice(0, Math.max(0, open.length - mostOpen))) {
      const model = held.model;
      held.model = undefined;
      await (await model)?.close();
    }
  }
}

/** The engine's thread died under some work. */
export class EngineStopped extends Error {
  constructor(cause: unknown) {
    const reason = cause instanceof Error ? cause.message.replace(/[.]$/, '') : String(cause);
    super(`${reason}. A new engine starts with the next request: try again.`, { cause });
  }
}

/** What the engine's client says when its thread is gone; a cancellation that nobody asked for is the same. */
function isEngineFailure(error: unknown, signal: AbortSignal | undefined): boolean {
  if (error instanceof PellucidError) return error.code === 'cancelled' && !signal?.aborted;
  return error instanceof Error && /engine thread stopped/.test(error.message);
}
