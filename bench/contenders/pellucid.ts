/** Pellucid as a contender: a process that answers the operations, one line each. */
import { createInterface } from 'node:readline';
import { loadModel, type Model } from '../../src/index.js';
import type { ForwardRequest, Operations, Request, Response } from './operations.js';

type Answers = {
  [Name in keyof Operations]: (argument: Parameters<Operations[Name]>[0]) => Promise<unknown>;
};

let model: Model;

function forward({ tokenIds, logits }: Omit<ForwardRequest, 'repetitions'>) {
  const patterns = 'blocks.*.attn.hook_pattern';
  return model.run(
    { tokenIds },
    logits === 'all' ? { capture: [patterns, 'logits'], answers: 'none' } : { answers: [-1] },
  );
}

/** Milliseconds of each of so many calls. */
async function time(repetitions: number, work: () => unknown): Promise<number[]> {
  const milliseconds: number[] = [];
  for (let i = 0; i < repetitions; i++) {
    const start = performance.now();
    await work();
    milliseconds.push(performance.now() - start);
  }
  return milliseconds;
}

const answers: Answers = {
  async load({ folder }) {
    model = await loadModel(folder);
    return null;
  },
  forward({ repetitions, ...request }) {
    return time(repetitions, () => forward(request));
  },
  async sample({ tokenIds }) {
    const run = await forward({ tokenIds, logits: 'all' });
    const patterns = run.attention({ layer: model.dimensions.layers - 1, head: 1 }).values.data;
    const logits = run.activation('logits').data as Float32Array;
    const lastRow = logits.subarray(logits.length - model.dimensions.vocabularySize);
    return [...patterns.subarray(0, 1000), ...lastRow.subarray(0, 1000)];
  },
  async encode({ text, repetitions }) {
    const milliseconds = await time(repetitions, () => model.tokenizer.encode(text));
    return { milliseconds, tokenIds: model.tokenizer.encode(text).map(({ id }) => id) };
  },
};

for await (const line of createInterface({ input: process.stdin })) {
  const { operation, argument } = JSON.parse(line) as Request;
  let response: Response;
  try {
    response = { answer: await (answers[operation] as (argument: unknown) => Promise<unknown>)(argument) };
  } catch (error) {
    response = { error: String(error) };
  }
  process.stdout.write(`${JSON.stringify(response)}\n`);
}
