import { withAdapter } from '../checkpoint/adapter/open-adapter.js';
import { openCheckpoint } from '../checkpoint/checkpoint.js';
import type { CheckpointFiles } from '../checkpoint/checkpoint-files.js';
import type { Scratch } from '../checkpoint/scratch.js';
import { loadTokenizer } from '../checkpoint/tokenizer/tokenizer.js';
import { PellucidError } from '../errors.js';
import type { Runtime } from '../runtime/runtime.js';
import type { Task } from './architecture.js';
import { architectureOf } from './architecture-of.js';
import type { MemoryOption, Progress } from './memory.js';
import { Model } from './model.js';
import { openQuantized } from './quantization/open-quantized.js';
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
  /** `int8`: compute with weights rounded to 8 bits; see LoadOptions. */
  readonly weights?: 'int8' | undefined;
  /** Holds what is made of the weights; in memory by default. */
  readonly scratch?: (() => Promise<Scratch>) | undefined;
  /** Is told how far the rounding of the weights has come. */
  readonly onWeights?: ((progress: Progress) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
  /** The files of a low-rank adapter that is put on the model. */
  readonly adapter?: CheckpointFiles | undefined;
}

/**
 * Brings a checkpoint to life. Only its config, its tokenizer and the headers of its weights are read.
 * @throws PellucidError `not-found`, `unsupported` or `bad-checkpoint`; the message says what to do.
 */
export async function openModel(
  files: CheckpointFiles,
  { adapter, weights, scratch, onWeights, signal, ...options }: OpenModelOptions,
): Promise<Model> {
  const base = await openCheckpoint(files);
  const checkpoint = adapter ? await withAdapter(base, adapter) : base;
  const architecture = architectureOf(checkpoint);
  // The engine gets ready while this thread reads the tokenizer.
  options.runtime.start?.();
  const tokenizer = await loadTokenizer(files, checkpoint.modelType).catch((error: unknown) => {
    if (error instanceof PellucidError && error.code === 'not-found') return undefined;
    throw error;
  });
  const parts = { checkpoint, architecture, tokenizer: tokenizer ?? withoutTokenizer(files.id), ...options };
  if (weights === undefined) return new Model(parts);
  return openQuantized(parts, { scratch, onProgress: onWeights, signal });
}
