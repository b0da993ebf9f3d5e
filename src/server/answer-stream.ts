import { type Failure, toWire } from '../api/index.js';

/** A failure, and how HTTP calls it. */
export interface Refused extends Omit<Failure, 'code'> {
  readonly status: number;
  readonly code: Failure['code'] | 'refused';
}

/** What this needs of a response. */
interface Sink {
  readonly headersSent: boolean;
  readonly writableEnded: boolean;
  readonly destroyed: boolean;
  statusCode: number;
  setHeader(name: string, value: string): void;
  write(text: string): void;
  end(text: string): void;
}

/** Least time between two lines of progress, in milliseconds: a page draws no faster. */
const pace = 100;

/** The status of each failure. */
export const statusOf: Readonly<Record<Failure['code'], number>> = {
  'bad-checkpoint': 422,
  'bad-input': 400,
  busy: 429,
  cancelled: 499,
  engine: 503,
  fault: 500,
  network: 502,
  'non-finite': 422,
  'not-found': 404,
  output: 500,
  unsupported: 422,
};

/** Writes an answer line by line: progress, and last the result or why there is none. */
export class AnswerStream {
  readonly #response: Sink;
  #told = 0;

  constructor(response: Sink) {
    this.#response = response;
  }

  readonly progress = ({ done, total }: { readonly done: number; readonly total: number }): void => {
    const now = performance.now();
    if (now - this.#told < pace || this.#gone()) return;
    this.#told = now;
    this.#begin(200);
    this.#response.write(`${JSON.stringify({ progress: { done, total } })}\n`);
  };

  end(result: unknown): void {
    if (this.#gone()) return;
    this.#begin(200);
    this.#response.end(`${toWire({ result })}\n`);
  }

  fail({ status, code, message }: Refused): void {
    if (this.#gone()) return;
    this.#begin(status);
    this.#response.end(`${JSON.stringify({ error: { code, message } })}\n`);
  }

  #begin(status: number): void {
    if (this.#response.headersSent) return;
    this.#response.statusCode = status;
    this.#response.setHeader('Content-Type', 'application/x-ndjson; charset=utf-8');
  }

  #gone(): boolean {
    return this.#response.destroyed || this.#response.writableEnded;
  }
}
