import type { Tensor } from '../tensor/index.js';

/** How a session is compiled. */
export interface SessionOptions {
  /** Folder that the graph's external data locations are relative to; every weight file must lie below it. */
  readonly weightsFolder?: string;
  /**
   * Copy the weights into the layout that the processor likes best: slower to open and more memory, faster short
   * runs. Off by default: an unpacked session opens in milliseconds and shares its weights with the page cache.
   */
  readonly prepack?: boolean;
}

/** A compiled graph, ready to run. */
export interface Session {
  /**
   * Runs the graph once. Every input must be fed; every output of the graph is returned, under its name.
   * An aborted signal rejects at once and drops the result; the engine finishes the run in the background.
   */
  run(feeds: Readonly<Record<string, Tensor>>, signal?: AbortSignal): Promise<Map<string, Tensor>>;
  /** Frees the memory of the session. It must not be run again. */
  release(): Promise<void>;
}

/** Something that runs ONNX bytes. It knows bytes and feeds, and nothing of models. */
export interface Runtime {
  createSession(model: Uint8Array, options?: SessionOptions): Promise<Session>;
  /** Stops the engine and frees all of its sessions. */
  close(): Promise<void>;
}
