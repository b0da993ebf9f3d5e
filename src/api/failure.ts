import { type ErrorCode, PellucidError } from '../errors.js';
import { EngineStopped } from './model-host.js';
import { QueueFull } from './queue.js';

/** Why a question was not answered, as it travels to who asked. */
export interface Failure {
  /** Of PellucidError, or `busy`, `engine`, `fault`. */
  readonly code: ErrorCode | 'busy' | 'engine' | 'fault';
  /** One sentence. */
  readonly message: string;
}

/** What is told of an error. */
export function failureOf(error: unknown): Failure {
  if (error instanceof QueueFull) return { code: 'busy', message: error.message };
  if (error instanceof PellucidError) return { code: error.code, message: error.message };
  if (error instanceof EngineStopped) return { code: 'engine', message: error.message };
  const what = error instanceof Error ? error.message : String(error);
  return { code: 'fault', message: `Pellucid has a fault: ${what}` };
}

/** The error that a failure from elsewhere stands for. */
export function errorOf({
  code,
  message,
}: {
  readonly code: string;
  readonly message: string;
}): PellucidError {
  return new PellucidError(own[code] ?? (code as ErrorCode), message);
}

/** The library's codes for those that only travel. */
const own: Readonly<Record<string, ErrorCode>> = {
  busy: 'bad-input',
  engine: 'network',
  fault: 'network',
  refused: 'network',
};
