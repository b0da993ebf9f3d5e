import {
  adapterBase,
  adapterConfigFile,
  type CheckpointFiles,
  type HubOptions,
  isAdapter,
  openSource,
} from './checkpoint/index.js';
import { scratchFile } from './checkpoint/sources/scratch-file.js';
import { PellucidError } from './errors.js';
import { type MemoryOption, type Model, openModel, type Progress, type Task } from './model/index.js';
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
  /**
   * `int8`: compute with weights rounded to 8 bits, a scale for each 32 neighbours. A quarter of the memory, and a text is
   * generated faster; every number is approximate, as {@link Model.precision} and every result says, and there are no
   * gradients. Opening reads all weights once and compares both on a built-in text.
   */
  readonly weights?: 'int8' | undefined;
  /** Is told how far the rounding of the weights has come. */
  readonly onWeights?: ((progress: Progress) => void) | undefined;
  /** Folder of a low-rank adapter (PEFT's `adapter_config.json` and `adapter_model.safetensors`) that is put on the model. */
  readonly adapter?: string | undefined;
}

let shared: Runtime | undefined;

/**
 * Opens a model: a folder with a Hugging Face checkpoint, a bundled model (`pellucid-gpt2`, `pellucid-bert`), or an id on
 * the Hub, which is downloaded once into the cache that Python's programs use too. Weights are not read until a run
 * needs them.
 *
 * @param id folder, bundled name or Hub id; or the folder of an adapter, whose base is opened with it
 * @throws PellucidError `not-found`, `network`, `unsupported` or `bad-checkpoint`; the message says what to do.
 * @example
 * const model = await loadModel('google-bert/bert-base-uncased');
 * const run = await model.run('Hello, world!');
 */
export async function loadModel(id: string, options: LoadOptions = {}): Promise<Model> {
  shared ??= new NodeRuntime();
  const { runtime = shared, task, memory, prepack, weights, onWeights, signal } = options;
  if (weights !== undefined && weights !== 'int8')
    throw new PellucidError('bad-input', `weights can be "int8" or left out, not "${weights}".`);
  const named = await openSource(id, options);
  const own = isAdapter(named);
  if (own && options.adapter !== undefined) {
    throw new PellucidError('bad-input', `${id} is an adapter itself: give its base as the model.`);
  }
  const adapter =
    options.adapter === undefined ? (own ? named : undefined) : await openSource(options.adapter);
  const files = own ? await openBase(named, options) : named;
  return openModel(files, {
    ...{ runtime, task, memory, prepack, adapter, weights, onWeights, signal },
    scratch: scratchFile,
  });
}

/** What an adapter was trained on: a path, from the adapter's own folder or from here, or else an id. */
async function openBase(adapter: CheckpointFiles, options: LoadOptions): Promise<CheckpointFiles> {
  const name = await adapterBase(adapter);
  const own = adapter.path(adapterConfigFile);
  const beside = own === undefined ? undefined : own.replace(/[^\\/]*$/, '') + name;
  const places = beside === undefined || /^([\\/~]|\w:)/.test(name) ? [name] : [beside, name];
  let last: unknown;
  for (const place of places) {
    try {
      return await openSource(place, { ...options, revision: undefined });
    } catch (error) {
      if (!(error instanceof PellucidError) || error.code === 'cancelled') throw error;
      last = error;
    }
  }
  const { code, message } = last as PellucidError;
  throw new PellucidError(
    code,
    `The base of ${adapter.id} cannot be opened: ${message.replace(/[.]$/, '')}; open the base itself, with the option adapter.`,
    { cause: last },
  );
}
