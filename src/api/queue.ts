import { PellucidError } from '../errors.js';

/** Work on one model waits for its turn: one at a time, in the order in which it came. */
export class Queue {
  readonly #most: number;
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  /** @param most how much may wait or be under way */
  constructor(most: number) {
    this.#most = most;
  }

  get length(): number {
    return this.#waiting;
  }

  /**
   * Does the work when its turn has come; what is cancelled before is never begun.
   * @throws PellucidError `bad-input` where too much waits already, `cancelled`.
   */
  async add<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    if (this.#waiting >= this.#most) throw new QueueFull(this.#most);
    this.#waiting += 1;
    const turn = this.#last.then(() => {
      if (signal?.aborted) throw new PellucidError('cancelled', 'The request was cancelled.');
      return work();
    });
    this.#last = turn.catch(() => {}).finally(() => (this.#waiting -= 1));
    return turn;
  }
}

/** Too much waits for one model. */
export class QueueFull extends PellucidError {
  constructor(most: number) {
    super('bad-input', `${most} requests wait for this model already: wait until some are done.`);
  }
}
