import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { EngineClient, type EngineThread, type ThreadEvents } from './engine-client.js';
import { availableMemory } from './node-memory.js';
import type { NodeSettings, WorkerData } from './node-worker.js';
import type { CloseRequest, Response } from './protocol.js';

export type { NodeSettings } from './node-worker.js';

/** ONNX Runtime in a worker thread of Node. It keeps the process alive only while it works. */
export class NodeRuntime extends EngineClient {
  /** @param settings what computes: the processor by default. */
  constructor(settings: NodeSettings = {}) {
    super((events) => startThread(events, settings));
  }

  availableMemory(): number {
    return availableMemory();
  }
}

/** Milliseconds; loading takes some fifty. */
const longestLoad = 5000;

function startThread(events: ThreadEvents, settings: NodeSettings): EngineThread {
  // ONNX Runtime would write a device id to the home folder and report each use to its maker. The library reads the
  // process's own environment, of which a worker has only a copy, and reads it once.
  process.env.ORT_DISABLE_TELEMETRY = '1';
  // Options of the process (--eval, --input-type) are not for the thread.
  const loaded = new Int32Array(new SharedArrayBuffer(4));
  const worker = new Worker(new URL('./node-worker.js', import.meta.url), {
    execArgv: [],
    workerData: { ...settings, loaded } satisfies WorkerData,
  });
  // A process that exits while its thread loads ONNX Runtime is aborted by it, so it waits for that.
  const waitUntilLoaded = () => void Atomics.wait(loaded, 0, 0, longestLoad);
  const isSettled = () => process.off('exit', waitUntilLoaded);
  process.on('exit', waitUntilLoaded);
  worker.once('message', isSettled);
  worker.once('exit', isSettled);
  worker.on('message', (response: Response) => events.answered(response));
  worker.on('error', (error) => events.stopped(error.message));
  worker.on('exit', (code) => events.stopped(`it exited with code ${code}`));
  return {
    post: (request, moved) => worker.postMessage(request, moved),
    setBusy: (busy) => (busy ? worker.ref() : worker.unref()),
    end: async () => {
      // Asked to end, not terminated: ONNX Runtime aborts the whole process when its thread is stopped during a run.
      const ended = once(worker, 'exit');
      worker.ref();
      worker.postMessage({ kind: 'close' } satisfies CloseRequest);
      await ended;
    },
  };
}
