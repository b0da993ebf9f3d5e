/** The engine thread: owns every ONNX Runtime session, so that a long run never blocks the caller's event loop. */
import { parentPort, workerData } from 'node:worker_threads';
import * as onnx from 'onnxruntime-node';
import { Engine, sharedOptions } from './engine.js';
import type { CloseRequest, Request } from './protocol.js';
import type { SessionOptions } from './runtime.js';

/** What a Node runtime is made with. */
export interface NodeSettings {
  /**
   * What computes, where this machine's ONNX Runtime has it: the processor by default. Operators that a device lacks run
   * on the processor. `webgpu` needs no more than a driver; `cuda`, `coreml` and `dml` (DirectML) are for their systems.
   */
  readonly device?: 'cpu' | 'cuda' | 'coreml' | 'dml' | 'webgpu' | undefined;
  /** Prefix of files into which each session writes, when it is released, how long each operator of each run took. */
  readonly trace?: string | undefined;
}

/** What the thread is given when it starts. */
export interface WorkerData extends NodeSettings {
  /** Becomes 1 when ONNX Runtime is loaded: the process must not exit before. */
  readonly loaded: Int32Array<SharedArrayBuffer>;
}

const { device = 'cpu', loaded, trace } = workerData as WorkerData;
Atomics.store(loaded, 0, 1);
Atomics.notify(loaded, 0);

/** Measured settings. Idle threads of one session must not spin against those of another. */
function sessionOptions(options: SessionOptions): onnx.InferenceSession.SessionOptions {
  const shared = sharedOptions(options);
  return {
    ...shared,
    executionProviders: [device],
    ...(trace === undefined ? {} : { enableProfiling: true, profileFilePrefix: trace }),
    extra: {
      session: {
        ...shared.extra.session,
        'intra_op.allow_spinning': '0',
        ...(options.weightsFolder === undefined
          ? {}
          : { model_external_initializers_file_folder_path: options.weightsFolder }),
      },
    },
  };
}

const engine = new Engine(onnx, sessionOptions);

parentPort!.on('message', async (request: Request | CloseRequest) => {
  if (request.kind === 'close') {
    await engine.close();
    parentPort!.close();
    return;
  }
  try {
    await engine.respond(request, (response, moved) => parentPort!.postMessage(response, moved));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    parentPort!.postMessage({ key: request.key, error: reason });
  }
});
