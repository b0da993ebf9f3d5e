import type { z } from 'zod';
import type { ModelHost, Watch } from '../model-host.js';

/** One thing that can be asked. */
export interface Operation<Name extends string, Request extends z.ZodObject, Result> {
  readonly name: Name;
  /** One sentence. */
  readonly summary: string;
  readonly request: Request;
  /** The form of the result, for the description of the interface. */
  readonly result: z.ZodType;
  /** Whether it may take as long as it needs: a download does. */
  readonly unhurried?: boolean;
  answer(host: ModelHost, request: z.output<Request>, watch: Watch): Promise<Result>;
}

export function define<Name extends string, Request extends z.ZodObject, Result>(
  operation: Operation<Name, Request, Result>,
): Operation<Name, Request, Result> {
  return operation;
}
