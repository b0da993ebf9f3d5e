/** Pellucid in a browser: the same models and explanations, computed on the page's own machine. */
import type { CheckpointFiles } from './checkpoint/checkpoint-files.js';
import { type AddressOptions, openAddress } from './checkpoint/sources/address.js';
import { PellucidError } from './errors.js';
import { type Model, openModel, type Task } from './model/index.js';
import type { Runtime } from './runtime/runtime.js';
import { WebRuntime, type WebRuntimeOptions } from './runtime/web.js';

export type { CheckpointFiles } from './checkpoint/checkpoint-files.js';
export { type AddressOptions, openAddress } from './checkpoint/sources/address.js';
export { openBlobs } from './checkpoint/sources/blobs.js';
export { type CompareOptions, type Comparison, compare } from './compare.js';
export { PellucidError } from './errors.js';
export { type ExplainOptions, explain } from './explain.js';
export type { Attention, Attribution, Explanation, TargetRecord, Verdict } from './explanations/index.js';
export { type Plausibility, plausibility } from './metrics/index.js';
export type {
  AnswerPositions,
  AttentionChoice,
  Candidate,
  FinishReason,
  Generation,
  GenerationOptions,
  GradientRequest,
  Intervention,
  Model,
  ModelInput,
  NewToken,
  Prediction,
  Run,
  RunOptions,
  Target,
  Task,
} from './model/index.js';
export { type Check, recompute } from './recompute.js';
export { hasWebGpu, WebRuntime, type WebRuntimeOptions } from './runtime/web.js';
export {
  type MaxSensitivity,
  maxSensitivity,
  type ParameterRandomization,
  parameterRandomization,
} from './sanity-checks.js';
export { parseTarget, type TargetOptions } from './targets/parse-target.js';
export type { Tensor, Token } from './tensor/index.js';

export interface WebLoadOptions extends WebRuntimeOptions, AddressOptions {
  /** `int8`: compute with weights rounded to 8 bits, on the processor: a quarter of the memory, slow, approximate. */
  readonly weights?: 'int8' | undefined;
  /** What the model is to answer, where its config does not say or another head of its is wanted. */
  readonly task?: Task | undefined;
  /** What runs the model: by default one engine for each way to compute, shared by all models of the page. */
  readonly runtime?: Runtime | undefined;
}

const shared = new Map<string, Runtime>();

/**
 * Opens a model in a browser. Its weights are read when a run needs them, and only those that the run needs.
 *
 * @param source address of a folder with a Hugging Face checkpoint, or its files; see {@link openAddress}, `openBlobs`
 * @throws PellucidError `not-found`, `network`, `unsupported`, `bad-checkpoint` or `bad-input`; the message says what to do.
 * @example
 * const model = await loadModel('/models/pellucid-gpt2/', { backend: 'webgpu' });
 * const run = await model.run('Hello, world!');
 */
export async function loadModel(
  source: string | URL | CheckpointFiles,
  options: WebLoadOptions = {},
): Promise<Model> {
  const files =
    typeof source === 'string' || source instanceof URL ? await openAddress(source, options) : source;
  const { task, weights, backend } = options;
  if (weights === 'int8' && backend === 'webgpu')
    throw new PellucidError('unsupported', 'Weights in 8 bits are computed with by the backend "wasm" only.');
  return openModel(files, { runtime: options.runtime ?? sharedRuntime(options), task, weights });
}

function sharedRuntime({ backend, threads, wasmPaths, createWorker }: WebRuntimeOptions): Runtime {
  const key = JSON.stringify([backend ?? 'wasm', threads, wasmPaths?.toString()]);
  const runtime = shared.get(key) ?? new WebRuntime({ backend, threads, wasmPaths, createWorker });
  shared.set(key, runtime);
  return runtime;
}
