/** Pellucid as a contender: a process that answers the operations, one line each. */
import { createInterface } from 'node:readline';
import { loadModel, type Model } from '../../src/index.js';
import { intervene } from './interventions.js';
import { longestPauses } from './longest-pause.js';
import { multiply } from './multiply.js';
import type { ForwardRequest, Operations, Request, Response } from './operations.js';
import { profile } from './profile.js';
import * as questions from './questions.js';
import { time } from './time.js';

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

const answers: Answers = {
  async load({ folder, prepack, memory }) {
    model = await loadModel(folder, { prepack, memory });
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
  everything: (request) => questions.everything(model, request),
  gradient: (request) => questions.gradient(model, request),
  integratedGradients: (request) => questions.integratedGradients(model, request),
  occlusion: (request) => questions.perturb(model, 'occlusion', request),
  shapleySampling: ({ permutations, ...request }) =>
    questions.perturb(model, 'shapley-sampling', request, { permutations }),
  kernelShap: ({ samples, ...request }) => questions.perturb(model, 'kernel-shap', request, { samples }),
  explain: (request) => questions.explainBy(model, request),
  patch: (request) => questions.patch(model, request),
  ablate: (request) => questions.ablate(model, request),
  generate: (request) => questions.generate(model, request),
  longestPause: ({ inputs, repetitions }) =>
    longestPauses(repetitions, () => questions.runAll(model, inputs)),
  multiply,
  profile: ({ folder, operation, argument, prepack }) =>
    profile(async (runtime) => {
      model = await loadModel(folder, { runtime, prepack });
      const asked = answers[operation] as (argument: object) => Promise<unknown>;
      return { run: () => asked({ ...argument, repetitions: 1 }), close: () => model.close() };
    }),
  intervene: (request) => intervene(model, request),
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
