import type { PellucidError } from '../../src/errors.js';
import type { Feed, FiniteRule, Kept, Runtime, Session, SessionOptions } from '../../src/runtime/runtime.js';
import type { Tensor } from '../../src/tensor/index.js';

/** What is asked of a runtime that lives elsewhere. Plain data, typed arrays among it. */
export type Command =
  | { readonly kind: 'create'; readonly model: Uint8Array; readonly options: SessionOptions }
  | {
      readonly kind: 'run';
      readonly session: number;
      readonly feeds: readonly (readonly [string, Feed])[];
      readonly keep: readonly string[];
      readonly check: readonly (readonly [string, FiniteRule])[];
      /** Number by which the run can be aborted, where it can. */
      readonly abortable: number | undefined;
      /** Whether its signal has fired before it began. */
      readonly aborted: boolean;
    }
  | { readonly kind: 'abort'; readonly abortable: number }
  | { readonly kind: 'release'; readonly session: number }
  | { readonly kind: 'discard'; readonly kept: readonly Kept[] }
  | { readonly kind: 'close' }
  /** Makes the engine thread die and asks it for a session, in one go. */
  | { readonly kind: 'crash'; readonly model: Uint8Array };

/** What a run gave. */
export interface RunReply {
  readonly outputs: readonly (readonly [string, Tensor])[];
  readonly kept: readonly (readonly [string, Kept])[];
  readonly nonFinite: readonly string[];
}

export type Reply =
  | { readonly session: number }
  | RunReply
  | { readonly error: { readonly message: string; readonly code: string | undefined } }
  | { readonly done: true };

/** A runtime that can be made to die. */
export interface MortalRuntime {
  readonly runtime: Runtime;
  crash(): void;
}

/** Obeys commands from elsewhere with a runtime that lives here. */
export class RuntimeHost {
  readonly #runtime: Runtime;
  readonly #crash: () => void;
  readonly #sessions = new Map<number, Session>();
  readonly #running = new Map<number, AbortController>();
  #next = 1;

  constructor({ runtime, crash }: MortalRuntime) {
    this.#runtime = runtime;
    this.#crash = crash;
  }

  async call(command: Command): Promise<Reply> {
    try {
      return await this.#obey(command);
    } catch (error) {
      const { message, code } = error as PellucidError;
      return { error: { message, code } };
    }
  }

  async #obey(command: Command): Promise<Reply> {
    switch (command.kind) {
      case 'create': {
        const session = await this.#runtime.createSession(command.model, command.options);
        this.#sessions.set(this.#next, session);
        return { session: this.#next++ };
      }
      case 'run': {
        const { abortable, feeds, keep, check } = command;
        const controller = new AbortController();
        if (abortable !== undefined) this.#running.set(abortable, controller);
        if (command.aborted) controller.abort();
        const session = this.#sessions.get(command.session)!;
        const signal = abortable === undefined ? undefined : controller.signal;
        const wishes = { keep, check: new Map(check), signal };
        const { outputs, kept, nonFinite } = await session.runWith(Object.fromEntries(feeds), wishes);
        return { outputs: [...outputs], kept: [...kept], nonFinite: [...nonFinite] };
      }
      case 'abort':
        this.#running.get(command.abortable)?.abort();
        break;
      case 'release':
        await this.#sessions.get(command.session)!.release();
        break;
      case 'discard':
        await this.#runtime.discard(command.kept);
        break;
      case 'close':
        await this.#runtime.close();
        break;
      case 'crash':
        this.#crash();
        await this.#runtime.createSession(command.model);
        break;
    }
    return { done: true };
  }
}
