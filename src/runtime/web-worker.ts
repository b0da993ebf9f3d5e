/** The engine thread of a browser: a Web Worker that owns every ONNX Runtime session, so that the page never freezes. */
import { Engine, type OnnxRuntime, sharedOptions } from './engine.js';
import type { Request, Response } from './protocol.js';

/** What computes in a browser. */
export type WebBackend = 'wasm' | 'webgpu';

/** The first message to the engine thread; all others are requests. */
export interface WebSettings {
  readonly backend: WebBackend;
  /** Threads that compute side by side, WebAssembly only. */
  readonly threads: number;
  /** Address of the folder that holds ONNX Runtime's WebAssembly files; where its module lies if left out. */
  readonly wasmPaths: string | undefined;
}

/**
 * Loads the build that fits. Never the package's default entry: its WebGPU kernels (JSEP) gave wrong results. Each build
 * stays a module of its own, since it starts its threads from its own address.
 */
async function openEngine({ backend, threads, wasmPaths }: WebSettings): Promise<Engine> {
  const onnx = await (backend === 'webgpu'
    ? import('onnxruntime-web/webgpu')
    : import('onnxruntime-web/wasm'));
  onnx.env.logLevel = 'error';
  onnx.env.wasm.numThreads = threads;
  if (wasmPaths !== undefined) onnx.env.wasm.wasmPaths = wasmPaths;
  const build: OnnxRuntime = onnx;
  return new Engine(build, (options) => ({ ...sharedOptions(options), executionProviders: [backend] }));
}

/** What cannot be recovered from ends the thread: thrown outside of all promises it reaches the page as an error. */
function die(error: unknown): void {
  setTimeout(() => {
    throw error;
  });
}

function post(response: Response, moved: ArrayBuffer[] = []): void {
  self.postMessage(response, { transfer: moved });
}

async function handle(engine: Engine, request: Request): Promise<void> {
  try {
    await engine.respond(request, post);
  } catch (error) {
    // WebAssembly that has trapped or run out of memory answers nothing any more.
    const reason = error instanceof Error ? error.message : String(error);
    if (error instanceof WebAssembly.RuntimeError || /^Aborted\(/.test(reason)) die(error);
    else post({ key: request.key, error: reason });
  }
}

let engine: Promise<Engine> | undefined;
/** One after the other: a build of ONNX Runtime for browsers does one thing at a time. */
let last: Promise<unknown> = Promise.resolve();

self.addEventListener('message', ({ data }: MessageEvent<WebSettings | Request>) => {
  if ('backend' in data) {
    engine = openEngine(data);
    engine.catch(die);
    return;
  }
  last = last.then(async () => {
    const open = await engine?.catch(() => undefined);
    if (open) await handle(open, data);
  });
});
