import { PellucidError } from '../errors.js';
import { EngineClient, type EngineThread, type ThreadEvents } from './engine-client.js';
import type { Response } from './protocol.js';
import type { Session, SessionOptions } from './runtime.js';
import type { WebBackend, WebSettings } from './web-worker.js';

/** How a browser computes. */
export interface WebRuntimeOptions {
  /** `wasm`, the processor, is the default; `webgpu` needs a browser and a graphics driver that offer it. */
  readonly backend?: WebBackend | undefined;
  /**
   * Threads of the processor, at most 8 by default. More than one needs a page that is cross-origin isolated (served with
   * `Cross-Origin-Opener-Policy: same-origin` and `Cross-Origin-Embedder-Policy: require-corp`).
   */
  readonly threads?: number | undefined;
  /** Address of the folder with ONNX Runtime's `.wasm` files, where they do not lie beside its module. */
  readonly wasmPaths?: string | URL | undefined;
  /** Makes the Web Worker of the engine, where a bundler cannot find `web-worker.js` by itself. */
  readonly createWorker?: (() => Worker) | undefined;
}

/** Beyond this, memory and not arithmetic is what a browser waits for. */
const mostThreads = 8;

/** ONNX Runtime in a Web Worker of a browser. */
export class WebRuntime extends EngineClient {
  readonly #needsWebGpu: boolean;
  #offered: Promise<boolean> | undefined;

  /** @throws PellucidError `bad-input` for several threads on a page that cannot have them. */
  constructor(options: WebRuntimeOptions = {}) {
    const { backend = 'wasm', createWorker = startWorker, wasmPaths } = options;
    const settings: WebSettings = {
      backend,
      threads: backend === 'webgpu' ? 1 : threadCount(options.threads),
      wasmPaths: wasmPaths === undefined ? undefined : folderAddress(wasmPaths),
    };
    super((events) => startThread(createWorker(), settings, events));
    this.#needsWebGpu = backend === 'webgpu';
  }

  /** @throws PellucidError `unsupported` for WebGPU in a browser that does not offer it. */
  override async createSession(model: Uint8Array, options?: SessionOptions): Promise<Session> {
    this.#offered ??= this.#needsWebGpu ? hasWebGpu() : Promise.resolve(true);
    if (!(await this.#offered)) {
      this.#offered = undefined;
      throw new PellucidError(
        'unsupported',
        'This browser offers no WebGPU (it is missing, switched off or without a driver): use the backend "wasm".',
      );
    }
    return super.createSession(model, options);
  }
}

/** Whether this browser has a graphics device for WebGPU. */
export async function hasWebGpu(): Promise<boolean> {
  const { gpu } = navigator as { gpu?: { requestAdapter(): Promise<object | null> } };
  return (await gpu?.requestAdapter().catch(() => null)) != null;
}

function threadCount(asked: number | undefined): number {
  if (asked === undefined) {
    return globalThis.crossOriginIsolated ? Math.min(mostThreads, navigator.hardwareConcurrency) : 1;
  }
  if (!Number.isInteger(asked) || asked < 1) {
    throw new PellucidError('bad-input', `${asked} is no number of threads: give 1 or more.`);
  }
  if (asked === 1 || globalThis.crossOriginIsolated) return asked;
  throw new PellucidError(
    'bad-input',
    `${asked} threads need a page that is cross-origin isolated: serve it with the headers Cross-Origin-Opener-Policy: same-origin and Cross-Origin-Embedder-Policy: require-corp, or leave threads out.`,
  );
}

/** The whole address of a folder, for a worker has another base than the page. */
function folderAddress(folder: string | URL): string {
  return new URL(folder, location.href).href.replace(/\/?$/, '/');
}

/** In this very form bundlers see that a worker is meant and bundle it too. */
function startWorker(): Worker {
  return new Worker(new URL('./web-worker.js', import.meta.url), { type: 'module' });
}

function startThread(worker: Worker, settings: WebSettings, events: ThreadEvents): EngineThread {
  worker.addEventListener('message', ({ data }: MessageEvent<Response>) => events.answered(data));
  worker.addEventListener('error', (event) => {
    worker.terminate();
    events.stopped(event.message || 'its script could not be loaded');
  });
  worker.postMessage(settings);
  return {
    post: (request, moved) => worker.postMessage(request, moved),
    setBusy: () => {},
    end: async () => worker.terminate(),
  };
}
