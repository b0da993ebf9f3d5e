import { type HubOptions, openSource } from './checkpoint/index.js';
import { type MemoryOption, type Model, openModel, type Task } from './model/index.js';
import { NodeRuntime } from './runtime/node.js';
import type { Runtime } from './runtime/runtime.js';

export interface LoadOptions extends HubOptions {
  /** What the model is to answer, where its config does not say or another head of its is wanted. */
  readonly task?: Task | undefined;
  /** What runs the model: by default one engine thread, shared by all models of the process. */
  readonly runtime?: Runtime | undefined;
  /**
   * How much memory runs may take: `low` goes block by block and holds the weights of one block at a time, `{ limit }` is
   * bytes for one run. By default a model runs as a whole where that fits into the memory that is free.
   */
  readonly memory?: MemoryOption | undefined;
  /**
   * Keep a copy of the weights in the processor's own layout: slower to open and as much memory as the weights, but
   * short runs that repeat are up to twice as fast. Numbers differ from those without by 1e-5 at most.
   */
  readonly prepack?: boolean | undefined;
}

let shared: Runtime | undefined;

/**
 * Opens a model: a folder with a Hugging Face checkpoint, a bundled model (`pellucid-gpt2`, `pellucid-bert`), or an id on
 * the Hub, which is downloaded once into the cache that Python's programs use too. Weights are not read until a run
 * needs them.
 *
 * @param id folder, bundled name or Hub id
 * @throws PellucidError `not-found`, `network`, `unsupported` or `bad-checkpoint`; the message says what to do.
 * @example
 * const model = await loadModel('google-bert/bert-base-uncased');
 * const run = await model.run('Hello, world!');
 */
export async function loadModel(id: string, options: LoadOptions = {}): Promise<Model> {
  const files = await openSource(id, options);
  shared ??= new NodeRuntime();
  const { runtime = shared, task, memory, prepack } = options;
  return openModel(files, { runtime, task, memory, prepack });
}
