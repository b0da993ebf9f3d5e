import type { OperationName, ResultOf } from '../api/index.js';
import { PellucidError } from '../errors.js';
import type { AskOptions, Client } from './client.js';

/** A question and its answer. */
export interface RecordedAnswer {
  readonly name: OperationName;
  readonly request: unknown;
  readonly result: unknown;
}

/** Answers that were seen, to be looked at without a model. */
export interface Recording {
  readonly answers: readonly RecordedAnswer[];
  /** When it was made, ISO 8601. */
  readonly date: string;
  /** The part of the address that says what was looked at: `#…`. */
  readonly address: string;
  /** What else the page shows: its tests, say. */
  readonly page: unknown;
  /** Attention weights are whole multiples of it; null where they are exact. */
  readonly step: number | null;
}

/** A client that keeps what it was told. */
export interface RememberingClient extends Client {
  /** What was answered so far, the oldest first. */
  answers(): readonly RecordedAnswer[];
}

/** Numbers of tensors that are remembered, at most: 256 MiB. */
const mostNumbers = 64 * 1024 * 1024;

/** Answers that are remembered, at most; the oldest are forgotten. */
const mostAnswers = 500;

/** The same client, which remembers its answers. */
export function remembering(client: Client): RememberingClient {
  const seen = new Map<string, RecordedAnswer & { readonly numbers: number }>();
  return {
    answers: () => [...seen.values()].map(({ name, request, result }) => ({ name, request, result })),
    async ask<Name extends OperationName>(name: Name, request: unknown, options?: AskOptions) {
      const result = (await client.ask(name, request as never, options)) as ResultOf<Name>;
      const key = keyOf(name, request);
      seen.delete(key);
      seen.set(key, { name, request, result, numbers: numbersIn(result) });
      let numbers = [...seen.values()].reduce((sum, answer) => sum + answer.numbers, 0);
      for (const [oldest, answer] of seen) {
        if (numbers <= mostNumbers && seen.size <= mostAnswers) break;
        seen.delete(oldest);
        numbers -= answer.numbers;
      }
      return result;
    },
  };
}

/** Answers what was asked when the recording was made. */
export function recordedClient({ answers }: Pick<Recording, 'answers'>): Client {
  const known = new Map(answers.map(({ name, request, result }) => [keyOf(name, request), result]));
  return {
    async ask<Name extends OperationName>(name: Name, request: unknown) {
      const result = known.get(keyOf(name, request));
      if (result !== undefined) return result as ResultOf<Name>;
      throw new PellucidError(
        'unsupported',
        'This page was saved without its model and does not hold this answer: open the studio to ask it.',
      );
    },
  };
}

/** The same for the same question, in whatever order its parts stand. */
function keyOf(name: string, request: unknown): string {
  return JSON.stringify([name, request], (_, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}

function numbersIn(value: unknown): number {
  if (value instanceof Float32Array) return value.length;
  if (typeof value !== 'object' || value === null) return 0;
  return Object.values(value).reduce<number>((sum, part) => sum + numbersIn(part), 0);
}
