import type { Tensor } from '../tensor/index.js';
import type { FiniteRule } from './finite.js';

export type { FiniteRule } from './finite.js';

/** The bytes of one external data location. */
export interface WeightBytes {
  readonly location: string;
  readonly data: Uint8Array;
}

/** How a session is compiled. */
export interface SessionOptions {
  /** Folder that the graph's external data locations are relative to; every weight file must lie below it. */
  readonly weightsFolder?: string;
  /**
   * The external data in memory, where there is no folder: the bytes of each location that the graph names. Arrays that
   * span their buffer are moved into the engine and are empty afterwards.
   */
  readonly weights?: readonly WeightBytes[];
  /**
   * Copy the weights into the layout that the processor likes best: slower to open and more memory, faster short
   * runs. Off by default: an unpacked session opens in milliseconds and shares its weights with the page cache.
   */
  readonly prepack?: boolean;
}

/**
 * An output that stayed in the engine. It can be fed to any session of the same runtime, any number of times, and costs
 * no copy; its memory is held until it is discarded or the runtime closes.
 */
export interface Kept {
  /** Number under which the engine keeps it. */
  readonly kept: number;
}

/** What an input is fed with. */
export type Feed = Tensor | Kept;

/** What is wanted of a run besides its outputs. */
export interface RunWishes {
  /** Outputs that stay in the engine. A run that is aborted keeps nothing. */
  readonly keep?: readonly string[] | undefined;
  /** Outputs in which the engine looks for NaN and infinities. */
  readonly check?: ReadonlyMap<string, FiniteRule> | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What a run gives; an output is sent or kept, never both. */
export interface RunResult {
  readonly outputs: Map<string, Tensor>;
  readonly kept: Map<string, Kept>;
  /** Of the outputs that were to be checked, those that are not finite. */
  readonly nonFinite: ReadonlySet<string>;
}

/** A compiled graph, ready to run. */
export interface Session {
  /**
   * Runs the graph once. Every input must be fed; every output of the graph is returned, under its name.
   * An aborted signal rejects at once and drops the result; the engine finishes the run in the background.
   */
  run(feeds: Readonly<Record<string, Feed>>, signal?: AbortSignal): Promise<Map<string, Tensor>>;
  /** As {@link run}, with more to be wished for. */
  runWith(feeds: Readonly<Record<string, Feed>>, wishes: RunWishes): Promise<RunResult>;
  /** Frees the memory of the session. It must not be run again. */
  release(): Promise<void>;
}

/** Something that runs ONNX bytes. It knows bytes and feeds, and nothing of models. */
export interface Runtime {
  createSession(model: Uint8Array, options?: SessionOptions): Promise<Session>;
  /** Starts the engine, so that it gets ready while its caller has other work; the first session starts it otherwise. */
  start?(): void;
  /** Frees what the engine kept, once no run that was fed with it is at work. Unknown and discarded ones are passed over. */
  discard(kept: Iterable<Kept>): Promise<void>;
  /** Bytes that this process can still take; where it cannot be known there is no such method. */
  availableMemory?(): number;
  /** Stops the engine and frees all of its sessions. */
  close(): Promise<void>;
}
