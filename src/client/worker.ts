import { errorOf } from '../api/failure.js';
import type { ListedModel, OperationName, ResultOf } from '../api/index.js';
import { PellucidError } from '../errors.js';
import type { AskOptions, Client } from './client.js';
import type { FromWorker, ToWorker } from './worker-messages.js';

export interface WorkerClientOptions {
  /** Starts the worker, whose script calls `serveWorker`; again after it has died. */
  readonly createWorker: () => Worker;
}

/** A client whose models lie in a Web Worker of the page. */
export interface WorkerClient extends Client {
  /**
   * Makes one more model of files that the page was given, by their names; they are not sent anywhere.
   * @throws PellucidError where they are no checkpoint
   */
  addFiles(name: string, files: ReadonlyMap<string, Blob>): Promise<ListedModel>;
  /** Ends the worker and all that it does. */
  close(): void;
}

/** A question whose answer is not there yet. */
interface Pending {
  readonly options: AskOptions;
  resolve(result: unknown): void;
  reject(error: PellucidError): void;
}

type Question =
  | Omit<Extract<ToWorker, { kind: 'ask' }>, 'key'>
  | Omit<Extract<ToWorker, { kind: 'files' }>, 'key'>;

/** Reaches models in a Web Worker, so that the page stays free. */
export function workerClient({ createWorker }: WorkerClientOptions): WorkerClient {
  const client = new Connection(createWorker);
  return {
    ask: async <Name extends OperationName>(name: Name, request: unknown, options: AskOptions = {}) =>
      (await client.ask({ kind: 'ask', name, request }, options)) as ResultOf<Name>,
    addFiles: async (name, files) => (await client.ask({ kind: 'files', name, files }, {})) as ListedModel,
    close: () => client.close(),
  };
}

/** One worker at a time, and what it was told to hold. */
class Connection {
  readonly #createWorker: () => Worker;
  readonly #pending = new Map<number, Pending>();
  /** What made the worker hold its models, to be said again to the next one; by what was said. */
  readonly #held = new Map<string, Question>();
  #worker: Worker | undefined;
  #ready: Promise<unknown> = Promise.resolve();
  #nextKey = 1;

  constructor(createWorker: () => Worker) {
    this.#createWorker = createWorker;
  }

  async ask(question: Question, options: AskOptions): Promise<unknown> {
    if (options.signal?.aborted) throw cancelled();
    if (!this.#worker) this.#ready = this.#start();
    await this.#ready;
    const result = await this.#send(question, options);
    if (question.kind === 'files' || question.name === 'add' || question.name === 'open') {
      const { kind, name } = question;
      this.#held.set(JSON.stringify([kind, name, kind === 'ask' ? question.request : null]), question);
    }
    return result;
  }

  close(): void {
    this.#worker?.terminate();
    this.#stop('it was closed');
    this.#held.clear();
  }

  /** A worker that holds what the one before held; what it can no longer hold shows when it is asked for. */
  async #start(): Promise<void> {
    const worker = this.#createWorker();
    this.#worker = worker;
    worker.addEventListener('message', ({ data }: MessageEvent<FromWorker>) => this.#take(data));
    worker.addEventListener('error', (event) => {
      event.preventDefault();
      worker.terminate();
      if (this.#worker === worker) this.#stop(event.message || 'its script could not be loaded');
    });
    await Promise.all([...this.#held.values()].map((question) => this.#send(question, {}).catch(() => {})));
  }

  #stop(reason: string): void {
    this.#worker = undefined;
    const said = reason.replace(/[.]$/, '');
    const error = () =>
      new PellucidError(
        'network',
        `The worker that holds the models stopped: ${said}. A new one starts with the next question: try again.`,
      );
    for (const pending of [...this.#pending.values()]) pending.reject(error());
    this.#pending.clear();
  }

  #send(question: Question, options: AskOptions): Promise<unknown> {
    const key = this.#nextKey++;
    return new Promise<unknown>((resolve, reject) => {
      const cancel = () => {
        this.#post({ kind: 'cancel', key });
        this.#pending.delete(key);
        reject(cancelled());
      };
      const { signal } = options;
      signal?.addEventListener('abort', cancel, { once: true });
      const done = () => signal?.removeEventListener('abort', cancel);
      this.#pending.set(key, {
        options,
        resolve: (result) => {
          done();
          resolve(result);
        },
        reject: (error) => {
          done();
          reject(error);
        },
      });
      this.#post({ ...question, key });
    });
  }

  #post(message: ToWorker): void {
    this.#worker?.postMessage(message);
  }

  #take(message: FromWorker): void {
    const pending = this.#pending.get(message.key);
    if (!pending) return;
    if ('progress' in message) {
      pending.options.onProgress?.(message.progress);
      return;
    }
    this.#pending.delete(message.key);
    if ('result' in message) pending.resolve(message.result);
    else pending.reject(errorOf(message.failure));
  }
}

function cancelled(): PellucidError {
  return new PellucidError('cancelled', 'The request was cancelled.');
}
