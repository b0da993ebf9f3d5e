/** Runs in the browser: a client whose models lie in a worker, asked from outside the page. */
import { type OperationName, type WorkerClient, workerClient } from '../../src/client/index.js';
import { PellucidError } from '../../src/errors.js';

/** What came of a question. */
export type Outcome =
  | { readonly result: unknown; readonly told: readonly number[] }
  | { readonly code: string; readonly message: string };

/** What the tests call. */
export interface ClientPage {
  /** @param script address of the worker's script */
  start(script: string): void;
  /** @param gone whether the question is taken back before it is asked */
  ask(key: number, name: OperationName, request: unknown, gone: boolean): Promise<Outcome>;
  cancel(key: number): void;
  /** Lets the worker die as the browser tells it. */
  crash(message: string): void;
  addFiles(name: string, address: string, files: readonly string[]): Promise<Outcome>;
}

let client: WorkerClient;
let worker: Worker;
const asked = new Map<number, AbortController>();

async function outcome(work: Promise<unknown>, told: number[] = []): Promise<Outcome> {
  try {
    return { result: await work, told };
  } catch (error) {
    const { message } = error as Error;
    return { code: error instanceof PellucidError ? error.code : 'none', message };
  }
}

const page: ClientPage = {
  start(script) {
    client = workerClient({
      createWorker: () => {
        worker = new Worker(script, { type: 'module' });
        return worker;
      },
    });
  },
  async ask(key, name, request, gone) {
    const controller = new AbortController();
    if (gone) controller.abort();
    asked.set(key, controller);
    const told: number[] = [];
    const options = {
      signal: controller.signal,
      onProgress: ({ done }: { done: number }) => void told.push(done),
    };
    return outcome(client.ask(name, request as never, options), told);
  },
  cancel: (key) => asked.get(key)?.abort(),
  crash: (message) => worker.dispatchEvent(new ErrorEvent('error', { message })),
  async addFiles(name, address, files) {
    const blobs = files.map(async (file) => [file, await (await fetch(address + file)).blob()] as const);
    return outcome(client.addFiles(name, new Map(await Promise.all(blobs))));
  },
};

Object.assign(globalThis, { page });
