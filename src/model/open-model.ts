import { distance } from 'fastest-levenshtein';
import { withAdapter } from '../checkpoint/adapter/open-adapter.js';
import { openCheckpoint } from '../checkpoint/checkpoint.js';
import type { CheckpointFiles } from '../checkpoint/checkpoint-files.js';
import { loadTokenizer } from '../checkpoint/tokenizer/tokenizer.js';
import { PellucidError } from '../errors.js';
import type { Runtime } from '../runtime/runtime.js';
import type { Architecture, Task } from './architecture.js';
import { architectures } from './architectures/index.js';
import type { MemoryOption } from './memory.js';
import { Model } from './model.js';
import { withoutTokenizer } from './without-tokenizer.js';

/** What a model needs besides its files. */
export interface OpenModelOptions {
  readonly runtime: Runtime;
  /** What the model is to answer, where its config does not say or another head of its is wanted. */
  readonly task?: Task | undefined;
  /** How much memory runs may take, where they do not say so themselves. */
  readonly memory?: MemoryOption | undefined;
  /** Whether sessions keep a copy of the weights in the processor's own layout. */
  readonly prepack?: boolean | undefined;
  /** The files of a low-rank adapter that is put on the model. */
  readonly adapter?: CheckpointFiles | undefined;
}

/**
 * Brings a checkpoint to life. Only its config, its tokenizer and the headers of its weights are read.
 * @throws PellucidError `not-found`, `unsupported` or `bad-checkpoint`; the message says what to do.
 */
export async function openModel(
  files: CheckpointFiles,
  { adapter, ...options }: OpenModelOptions,
): Promise<Model> {
  const base = await openCheckpoint(files);
  const checkpoint = adapter ? await withAdapter(base, adapter) : base;
  const architecture = architectureOf(checkpoint.modelType, files.id);
  const tokenizer = await loadTokenizer(files, checkpoint.modelType).catch((error: unknown) => {
    if (error instanceof PellucidError && error.code === 'not-found') return undefined;
    throw error;
  });
  return new Model({
    checkpoint,
    architecture,
    tokenizer: tokenizer ?? withoutTokenizer(files.id),
    ...options,
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
