import { type ErrorCode, PellucidError } from '../../src/errors.js';
import type {
  Feed,
  Kept,
  RunResult,
  Runtime,
  RunWishes,
  Session,
  SessionOptions,
} from '../../src/runtime/runtime.js';
import type { Command, Reply, RunReply } from './runtime-host.js';

/** A runtime that lives in a browser or in another process, used as if it were here. */
export class RemoteRuntime implements Runtime {
  readonly #send: (command: Command) => Promise<Reply>;
  #nextAbortable = 1;

  constructor(send: (command: Command) => Promise<Reply>) {
    this.#send = send;
  }

  async createSession(model: Uint8Array, options: SessionOptions = {}): Promise<Session> {
    const { session } = (await this.#call({ kind: 'create', model, options })) as { session: number };
    const runWith = (feeds: Readonly<Record<string, Feed>>, wishes: RunWishes) =>
      this.#run(session, feeds, wishes);
    return {
      run: async (feeds, signal) => (await runWith(feeds, { signal })).outputs,
      runWith,
      release: async () => {
        await this.#call({ kind: 'release', session });
      },
    };
  }

  async discard(kept: Iterable<Kept>): Promise<void> {
    await this.#call({ kind: 'discard', kept: [...kept] });
  }

  async close(): Promise<void> {
    await this.#call({ kind: 'close' });
  }

  /** Makes the engine thread die and asks it for a session, which rejects. */
  async crash(model: Uint8Array): Promise<void> {
    await this.#call({ kind: 'crash', model });
  }

  async #run(
    session: number,
    feeds: Readonly<Record<string, Feed>>,
    { keep = [], check = new Map(), signal }: RunWishes,
  ): Promise<RunResult> {
    const abortable = signal && this.#nextAbortable++;
    const abort = () => abortable !== undefined && void this.#send({ kind: 'abort', abortable });
    signal?.addEventListener('abort', abort, { once: true });
    const aborted = signal?.aborted ?? false;
    const reply = this.#call({
      kind: 'run',
      session,
      feeds: Object.entries(feeds),
      keep,
      check: [...check],
      abortable,
      aborted,
    });
    const { outputs, kept, nonFinite } = (await reply) as RunReply;
    return { outputs: new Map(outputs), kept: new Map(kept), nonFinite: new Set(nonFinite) };
  }

  async #call(command: Command): Promise<Reply> {
    const reply = await this.#send(command);
    if (!('error' in reply)) return reply;
    const { message, code } = reply.error;
    throw code === undefined ? new Error(message) : new PellucidError(code as ErrorCode, message);
  }
}
