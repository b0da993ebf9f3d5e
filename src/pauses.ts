import { PellucidError } from './errors.js';

/** Milliseconds of computing without a pause: with what one step takes besides, a timer still fires every 50. */
const atMost = 20;

/**
 * A function to await within a long computation: now and then it lets the program do something else, so that timers fire and
 * it can be told to stop.
 * @throws PellucidError `cancelled`
 */
export function pauses({ signal }: { readonly signal?: AbortSignal | undefined }): () => Promise<void> {
  let rested = performance.now();
  return async () => {
    if (performance.now() - rested > atMost) {
      await new Promise((resolve) => setTimeout(resolve));
      rested = performance.now();
    }
    if (signal?.aborted) {
      throw new PellucidError('cancelled', 'The computation was cancelled.', { cause: signal.reason });
    }
  };
}
