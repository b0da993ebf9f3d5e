import type { OperationName, RequestOf, ResultOf } from '../api/index.js';

/** How far the work has come. */
export interface ClientProgress {
  readonly done: number;
  readonly total: number;
}

export interface AskOptions {
  /** Gives the work up, wherever it is done. */
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: ClientProgress) => void) | undefined;
}

/** One way to reach models; the same questions get the same answers by each. */
export interface Client {
  /**
   * Asks one thing.
   * @throws PellucidError as the library does; `cancelled` when the signal fires; `network` where the server cannot be reached.
   */
  ask<Name extends OperationName>(
    name: Name,
    request: RequestOf<Name>,
    options?: AskOptions,
  ): Promise<ResultOf<Name>>;
}
