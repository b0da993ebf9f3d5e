import { PellucidError } from '../../errors.js';
import type { Question } from '../../question/index.js';

/** Milliseconds of computing without a pause. */
const atMost = 50;

/**
 * A function to await within a long computation: now and then it lets the program do something else, so that it can be told to
 * stop.
 * @throws PellucidError `cancelled`
 */
export function pauses({ signal }: Pick<Question, 'signal'>): () => Promise<void> {
  let rested = performance.now();
  return async () => {
    if (performance.now() - rested > atMost) {
      await new Promise((resolve) => setTimeout(resolve));
      rested = performance.now();
    }
    if (signal?.aborted) throw new PellucidError('cancelled', 'The explanation was cancelled.');
  };
}
