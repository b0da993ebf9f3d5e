import { EngineStopped, QueueFull, toWire } from '../api/index.js';
import { PellucidError } from '../errors.js';

/** Why a call failed, as its caller is told. */
export interface Failure {
  readonly status: number;
  /** Of PellucidError, or `engine`, `refused`, `busy`, `fault`. */
  readonly code: string;
  readonly message: string;
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

const statusOf: Readonly<Record<PellucidError['code'], number>> = {
  'bad-checkpoint': 422,
  'bad-input': 400,
  cancelled: 499,
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

  fail({ status, code, message }: Failure): void {
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

/** What a caller is told of an error; of one that nobody foresaw only that it happened, for it may name what is not theirs. */
export function failureOf(error: unknown): Failure {
  if (error instanceof QueueFull) return { status: 429, code: error.code, message: error.message };
  if (error instanceof PellucidError)
    return { status: statusOf[error.code], code: error.code, message: error.message };
  if (error instanceof EngineStopped) return { status: 503, code: 'engine', message: error.message };
  const what = error instanceof Error ? error.message : String(error);
  return { status: 500, code: 'fault', message: `Pellucid has a fault: ${what}` };
}
