import { distance } from 'fastest-levenshtein';
import { type HubOptions, loadTokenizer, openCheckpoint, openSource } from './checkpoint/index.js';
import { PellucidError } from './errors.js';
import { type Architecture, architectures, Model, type Task, withoutTokenizer } from './model/index.js';
import { NodeRuntime } from './runtime/node.js';
import type { Runtime } from './runtime/runtime.js';

export interface LoadOptions extends HubOptions {
  /** What the model is to answer, where its config does not say or another head of its is wanted. */
  readonly task?: Task | undefined;
  /** What runs the model: by default one engine thread, shared by all models of the process. */
  readonly runtime?: Runtime | undefined;
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
  const checkpoint = await openCheckpoint(files);
  const architecture = architectureOf(checkpoint.modelType, files.id);
  const tokenizer = await loadTokenizer(files, checkpoint.modelType).catch((error: unknown) => {
    if (error instanceof PellucidError && error.code === 'not-found') return undefined;
    throw error;
  });
  shared ??= new NodeRuntime();
  return new Model({
    checkpoint,
    architecture,
    tokenizer: tokenizer ?? withoutTokenizer(files.id),
    runtime: options.runtime ?? shared,
    task: options.task,
  });
}

function architectureOf(modelType: string, id: string): Architecture {
  const found = architectures.find((architecture) => architecture.modelType === modelType);
  if (found) return found;
  const names = architectures.map((architecture) => architecture.modelType);
  const nearest = names.toSorted((a, b) => distance(a, modelType) - distance(b, modelType))[0];
  throw new PellucidError(
    'unsupported',
    `${id} has the model_type "${modelType}", which Pellucid does not know; the nearest is "${nearest}", supported are ${names.join(', ')}.`,
  );
}
