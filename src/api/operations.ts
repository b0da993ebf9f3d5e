import { z } from 'zod';
import { compare } from '../compare.js';
import { PellucidError } from '../errors.js';
import { methods } from '../methods/index.js';
import type { Model } from '../model/index.js';
import { ablate, inputOf } from './ablate.js';
import type { ModelHost, Watch } from './model-host.js';
import {
  ablateRequest,
  aboutRequest,
  attentionRequest,
  compareRequest,
  openRequest,
  runRequest,
} from './requests.js';
import type {
  AblationResult,
  About,
  AttentionResult,
  CompareResult,
  OpenedModel,
  RunResult,
} from './results.js';

/** One thing that can be asked. */
export interface Operation<Name extends string, Request extends z.ZodObject, Result> {
  readonly name: Name;
  /** One sentence. */
  readonly summary: string;
  readonly request: Request;
  answer(host: ModelHost, request: z.output<Request>, watch: Watch): Promise<Result>;
}

function define<Name extends string, Request extends z.ZodObject, Result>(
  operation: Operation<Name, Request, Result>,
): Operation<Name, Request, Result> {
  return operation;
}

/** Numbers in one answer at most: 64 MiB of attention. */
const mostNumbers = 16 * 1024 * 1024;

const about = define({
  name: 'about',
  summary: 'What can be opened, and by which methods it can be explained.',
  request: aboutRequest,
  async answer({ source }): Promise<About> {
    const { version, first } = source;
    const known = methods.map(({ name, title, summary, family }) => ({ name, title, summary, family }));
    return { version, first, models: await source.list(), methods: known };
  },
});

const open = define({
  name: 'open',
  summary: 'Opens one of the listed models.',
  request: openRequest,
  async answer(host, { model: name }, watch): Promise<OpenedModel> {
    const model = await host.open(name, watch);
    const { layers, heads, contextLength } = model.dimensions;
    const { mask } = model.tokenizer.specialIds;
    return {
      ...{ name, layers, heads, contextLength, task: model.task, labels: model.labels },
      architecture: model.architecture.modelType,
      mask: mask === undefined ? null : model.tokenizer.readable(mask),
    };
  },
});

const run = define({
  name: 'run',
  summary: 'Reads an input: its tokens, and what the model predicts.',
  request: runRequest,
  answer: (host, { model: name, input, top }, { signal }): Promise<RunResult> =>
    host.use(
      name,
      async (model) => {
        const capture = model.task === 'base' ? model.hooks.slice(0, 1) : [];
        using read = await model.run(inputOf(input), { capture, signal });
        const { subject, tokens } = read;
        const predictions = read.predictions(top).map(({ position, candidates }) => ({
          position,
          candidates: candidates.map(({ id, text, score, probability }) => ({
            id,
            text,
            score,
            probability,
          })),
        }));
        return { subject, tokens, predictions };
      },
      signal,
    ),
});

const attention = define({
  name: 'attention',
  summary: 'Attention weights after the softmax, of all layers and heads or of the heads of one layer.',
  request: attentionRequest,
  answer: (host, { model: name, input, layer }, { signal }): Promise<AttentionResult> =>
    host.use(
      name,
      async (model) => {
        requireRoom(model, inputOf(input), layer);
        const capture = layer === undefined ? {} : { capture: `blocks.${layer}.attn.hook_pattern` };
        using read = await model.run(inputOf(input), {
          ...(model.dimensions.decoder ? {} : capture),
          answers: 'none',
          signal,
        });
        return read.attention(layer === undefined ? {} : { layer });
      },
      signal,
    ),
});

/** Refuses attention that nobody could draw, before it is computed. */
function requireRoom(model: Model, input: { readonly text: string; readonly pair?: string }, layer?: number) {
  const { layers, heads } = model.dimensions;
  const count = model.tokenizer.encode(
    input.text,
    input.pair === undefined ? {} : { pair: input.pair },
  ).length;
  const numbers = (layer === undefined ? layers : 1) * heads * count ** 2;
  if (numbers <= mostNumbers) return;
  throw new PellucidError(
    'bad-input',
    `The attention of ${count} tokens has ${numbers} numbers, more than ${mostNumbers}: ask for one layer, or shorten the text.`,
  );
}

const compareMethods = define({
  name: 'compare',
  summary: 'Explains a prediction by one or more methods, and tests each explanation against the model.',
  request: compareRequest,
  answer: (host, { model: name, input, ...options }, watch): Promise<CompareResult> =>
    host.use(name, (model) => compare(model, inputOf(input), { ...options, ...watch }), watch.signal),
});

const ablateParts = define({
  name: 'ablate',
  summary:
    'Takes a head, layer or token away and reads the target again, beside random others of the same kind.',
  request: ablateRequest,
  answer: (host, { model: name, ...request }, watch): Promise<AblationResult> =>
    host.use(name, (model) => ablate(model, request, watch), watch.signal),
});

/** Everything that can be asked, by name. */
export const operations = {
  about,
  open,
  run,
  attention,
  compare: compareMethods,
  ablate: ablateParts,
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
