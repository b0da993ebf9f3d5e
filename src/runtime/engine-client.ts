import { PellucidError } from '../errors.js';
import type { Answer, Request, Response, RunAnswer } from './protocol.js';
import type { Feed, Kept, RunResult, Runtime, RunWishes, Session, SessionOptions } from './runtime.js';

/** A running engine thread, whatever the platform calls it. */
export interface EngineThread {
  /** @throws on what cannot be sent. */
  post(request: Request, moved: ArrayBuffer[]): void;
  /** Told when the first question waits for an answer and when none does any more. */
  setBusy(busy: boolean): void;
  /** Ends the thread once it can be ended. */
  end(): Promise<void>;
}

/** What an engine thread tells its client. */
export interface ThreadEvents {
  answered(response: Response): void;
  /** It has died. May be told twice. */
  stopped(reason: string): void;
}

interface Pending {
  readonly resolve: (result: Answer) => void;
  readonly reject: (error: Error) => void;
}

type Feeds = Readonly<Record<string, Feed>>;

/** Omit, applied to each member of a union. */
type Without<T, K extends keyof T> = T extends unknown ? Omit<T, K> : never;

/**
 * The caller's side of an engine thread. The thread starts with the first session. When it dies, every waiting promise
 * rejects once, and the next session starts a new thread.
 */
export class EngineClient implements Runtime {
  readonly #startThread: (events: ThreadEvents) => EngineThread;
  #thread: EngineThread | undefined;
  #nextKey = 1;
  readonly #pending = new Map<number, Pending>();

  constructor(startThread: (events: ThreadEvents) => EngineThread) {
    this.#startThread = startThread;
  }

  async createSession(model: Uint8Array, options: SessionOptions = {}): Promise<Session> {
    // What spans its memory moves into the thread, so that a weight is never held twice; the rest is copied.
    const weights = options.weights?.map(({ location, data }) => ({
      location,
      data: data.byteLength === data.buffer.byteLength ? data : data.slice(),
    }));
    const moved = new Set(weights?.map(({ data }) => data.buffer as ArrayBuffer));
    const created = this.#ask(
      { kind: 'create', model, options: weights ? { ...options, weights } : options },
      [...moved],
    );
    const thread = this.#thread;
    const session = (await created) as number;
    const runWith = async (feeds: Feeds, wishes: RunWishes) => {
      if (thread === this.#thread) return this.#run(session, feeds, wishes);
      throw new PellucidError('cancelled', 'The engine that held this session has stopped.');
    };
    return {
      run: async (feeds, signal) => (await runWith(feeds, { signal })).outputs,
      runWith,
      release: async () => {
        if (thread === this.#thread) await this.#ask({ kind: 'release', session });
      },
    };
  }

  start(): void {
    if (this.#thread) return;
    // Waited for, for a process that ends while its thread still loads the engine hangs. A failure shows at the first session.
    this.#ask({ kind: 'discard', kept: [] }).catch(() => {});
  }

  async discard(kept: Iterable<Kept>): Promise<void> {
    const numbers = Array.from(kept, (each) => each.kept);
    if (this.#thread && numbers.length > 0) await this.#ask({ kind: 'discard', kept: numbers });
  }

  async close(): Promise<void> {
    const thread = this.#thread;
    this.#thread = undefined;
    // Before the thread has ended: what is asked meanwhile belongs to the next one.
    this.#fail(new PellucidError('cancelled', 'The engine was closed while it worked.'));
    await thread?.end();
  }

  async #run(
    session: number,
    feeds: Feeds,
    { keep = [], check = new Map(), signal }: RunWishes,
  ): Promise<RunResult> {
    const kept = new Map(keep.map((name) => [name, { kept: this.#nextKey++ }]));
    const numbers = new Map(Array.from(kept, ([name, each]) => [name, each.kept]));
    let asked: Promise<Answer> | undefined;
    const ask = () => {
      asked = this.#ask({ kind: 'run', session, feeds, keep: numbers, check });
      return asked;
    };
    try {
      return { ...((await cancellable(ask, signal)) as RunAnswer), kept };
    } catch (error) {
      // A run that was given up is still at work: what it keeps is freed when it ends.
      const free = () => this.discard(kept.values()).catch(() => {});
      asked?.then(free, free);
      throw error;
    }
  }

  #ask(request: Without<Request, 'key'>, moved: ArrayBuffer[] = []): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const key = this.#nextKey++;
      const thread = this.#start();
      // First of all, for it throws on what cannot be sent, and then nothing must wait for an answer.
      thread.post({ ...request, key } as Request, moved);
      thread.setBusy(true);
      this.#pending.set(key, { resolve, reject });
    });
  }

  #start(): EngineThread {
    if (this.#thread) return this.#thread;
    const thread: EngineThread = this.#startThread({
      answered: (response) => this.#settle(response),
      stopped: (reason) => {
        if (thread !== this.#thread) return;
        this.#thread = undefined;
        this.#fail(new Error(`The engine thread stopped: ${reason}.`));
      },
    });
    this.#thread = thread;
    return thread;
  }

  #settle(response: Response): void {
    const pending = this.#pending.get(response.key);
    this.#pending.delete(response.key);
    if (this.#pending.size === 0) this.#thread?.setBusy(false);
    if ('error' in response) pending?.reject(new Error(response.error));
    else pending?.resolve(response.result);
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
