import { z } from 'zod';
import { PellucidError } from '../../errors.js';
import type { ModelHost, Watch } from '../model-host.js';
import { ablate } from './ablate.js';
import { about } from './about.js';
import { add } from './add.js';
import { answerPieces } from './answer-pieces.js';
import { attention } from './attention.js';
import { compare } from './compare.js';
import { contributions } from './contributions.js';
import { cost } from './cost.js';
import { generate } from './generate.js';
import { headScores } from './head-scores.js';
import { lens } from './lens.js';
import { open } from './open.js';
import type { Operation } from './operation.js';
import { overview } from './overview.js';
import { queryKey } from './query-key.js';
import { run } from './run.js';

/** Everything that can be asked, by name. */
export const operations = {
  ablate,
  about,
  add,
  'answer-pieces': answerPieces,
  attention,
  compare,
  contributions,
  cost,
  generate,
  'head-scores': headScores,
  lens,
  open,
  overview,
  'query-key': queryKey,
  run,
} as const;

export type OperationName = keyof typeof operations;
export type RequestOf<Name extends OperationName> = z.input<(typeof operations)[Name]['request']>;
export type ResultOf<Name extends OperationName> = Awaited<ReturnType<(typeof operations)[Name]['answer']>>;

export function isOperation(name: string): name is OperationName {
  return Object.hasOwn(operations, name);
}

/**
 * Answers a request that may come from anywhere.
 * @throws PellucidError `bad-input` where it has another form; else as the operation.
 */
export async function answer(
  host: ModelHost,
  name: OperationName,
  request: unknown,
  watch: Watch = {},
): Promise<unknown> {
  const operation: Operation<string, z.ZodObject, unknown> = operations[name];
  const read = operation.request.safeParse(request);
  if (read.success) return operation.answer(host, read.data, watch);
  const what = z.prettifyError(read.error).replaceAll(/\s*\n\s*/g, ' ');
  throw new PellucidError('bad-input', `The request "${name}" cannot be read: ${what}.`);
}
