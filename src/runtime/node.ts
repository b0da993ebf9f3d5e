import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { PellucidError } from '../errors.js';
import type { Tensor } from '../tensor/index.js';
import type { Request, Response } from './node-protocol.js';
import type { Feed, KeepingRun, Kept, Runtime, Session, SessionOptions } from './runtime.js';

type Answer = number | Map<string, Tensor> | null;

interface Pending {
  readonly resolve: (result: Answer) => void;
  readonly reject: (error: Error) => void;
}

type Feeds = Readonly<Record<string, Feed>>;

/** Omit, applied to each member of a union. */
type Without<T, K extends keyof T> = T extends unknown ? Omit<T, K> : never;

/**
 * ONNX Runtime in a worker thread of its own. The thread starts with the first session and keeps the process alive
 * only while it works. When it dies, every waiting promise rejects once, and the next session starts a new thread.
 */
export class NodeRuntime implements Runtime {
  #worker: Worker | undefined;
  #nextKey = 1;
  readonly #pending = new Map<number, Pending>();

  async createSession(model: Uint8Array, options: SessionOptions = {}): Promise<Session> {
    const session = (await this.#ask({ kind: 'create', model, options })) as number;
    const worker = this.#worker;
    const run = (feeds: Feeds, keep: readonly string[], signal: AbortSignal | undefined) => {
      if (worker === this.#worker) return this.#run(session, feeds, keep, signal);
      throw new PellucidError('cancelled', 'The engine that held this session has stopped.');
    };
    return {
      run: async (feeds, signal) => (await run(feeds, [], signal)).outputs,
      runKeeping: async (feeds, keep, signal) => run(feeds, keep, signal),
      release: async () => {
        if (worker === this.#worker) await this.#ask({ kind: 'release', session });
      },
    };
  }

  async discard(kept: Iterable<Kept>): Promise<void> {
    const numbers = Array.from(kept, (each) => each.kept);
    if (this.#worker && numbers.length > 0) await this.#ask({ kind: 'discard', kept: numbers });
  }

  async close(): Promise<void> {
    const worker = this.#worker;
    this.#worker = undefined;
    // Before the thread has ended: what is asked meanwhile belongs to the next one.
    this.#fail(new PellucidError('cancelled', 'The engine was closed while it worked.'));
    if (!worker) return;
    // Asked to end, not terminated: ONNX Runtime aborts the whole process when its thread is stopped during a run.
    const ended = once(worker, 'exit');
    worker.ref();
    worker.postMessage({ kind: 'close', key: this.#nextKey++ } satisfies Request);
    await ended;
  }

  async #run(
    session: number,
    feeds: Feeds,
    keep: readonly string[],
    signal: AbortSignal | undefined,
  ): Promise<KeepingRun> {
    const kept = new Map(keep.map((name) => [name, { kept: this.#nextKey++ }]));
    const numbers = new Map(Array.from(kept, ([name, each]) => [name, each.kept]));
    let asked: Promise<Answer> | undefined;
    const ask = () => {
      asked = this.#ask({ kind: 'run', session, feeds, keep: numbers });
      return asked;
    };
    try {
      return { outputs: (await cancellable(ask, signal)) as Map<string, Tensor>, kept };
    } catch (error) {
      // A run that was given up is still at work: what it keeps is freed when it ends.
      const free = () => this.discard(kept.values()).catch(() => {});
      asked?.then(free, free);
      throw error;
    }
  }

  #ask(request: Without<Request, 'key'>): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const key = this.#nextKey++;
      const worker = this.#start();
      // First of all, for it throws on what cannot be sent, and then nothing must wait for an answer.
      worker.postMessage({ ...request, key } as Request);
      worker.ref();
      this.#pending.set(key, { resolve, reject });
    });
  }

  #start(): Worker {
    if (this.#worker) return this.#worker;
    // ONNX Runtime would write a device id to the home folder and report each use to its maker. The library reads the
    // process's own environment, of which a worker has only a copy, and reads it once.
    process.env.ORT_DISABLE_TELEMETRY = '1';
    // Options of the process (--eval, --input-type) are not for the thread.
    const worker = new Worker(new URL('./node-worker.js', import.meta.url), { execArgv: [] });
    worker.on('message', (response: Response) => this.#settle(response));
    worker.on('error', (error) => this.#stopped(worker, error.message));
    worker.on('exit', (code) => this.#stopped(worker, `it exited with code ${code}`));
    this.#worker = worker;
    return worker;
  }

  #settle(response: Response): void {
    const pending = this.#pending.get(response.key);
    this.#pending.delete(response.key);
    if (this.#pending.size === 0) this.#worker?.unref();
    if ('error' in response) pending?.reject(new Error(response.error));
    else pending?.resolve(response.result);
  }

  #stopped(worker: Worker, reason: string): void {
    if (worker !== this.#worker) return;
    this.#worker = undefined;
    this.#fail(new Error(`The engine thread stopped: ${reason}.`));
  }

  #fail(error: Error): void {
    for (const { reject } of this.#pending.values()) reject(error);
    this.#pending.clear();
  }
}

/** What `ask` answers, or a rejection as soon as the signal fires; the listener is gone with either. */
async function cancellable<T>(ask: () => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return ask();
  const cancelled = () => new PellucidError('cancelled', 'The run was cancelled.', { cause: signal.reason });
  if (signal.aborted) throw cancelled();
  return new Promise((resolve, reject) => {
    const cancel = () => reject(cancelled());
    signal.addEventListener('abort', cancel, { once: true });
    ask()
      .then(resolve, reject)
      .finally(() => signal.removeEventListener('abort', cancel));
  });
}
