import { type AblationPlace, type AblationQuestion, mostImportant } from './ablation.js';
import { type ExplainOptions, explain } from './explain.js';
import type { AblationFinding, Overview } from './explanations/index.js';
import {
  type Model,
  type ModelInput,
  type Prediction,
  patternsOf,
  type Run,
  type Stack,
  type Target,
} from './model/index.js';
import { logit } from './targets/logit.js';
import { spanStart } from './targets/span-start.js';

/** What an overview looks for. */
export const findings = ['attribution', 'head', 'mlp'] as const;
export type FindingName = (typeof findings)[number];

/** How an overview is made. */
export interface OverviewOptions extends Pick<ExplainOptions, 'seed' | 'truncate' | 'signal' | 'onProgress'> {
  /** How many answers are kept, 5 by default. */
  readonly top?: number | undefined;
  /** The scalar to be explained; a score of the best answer by default. */
  readonly target?: Target | undefined;
  /** What is looked for; all by default. */
  readonly findings?: readonly FindingName[] | undefined;
  /** Of an encoder-decoder: whose heads are looked at; `cross` by default. */
  readonly stack?: Stack | undefined;
}

/**
 * What stands out in how a model answers an input: which words its best answer rests on, which head, and which MLP at
 * which token. Each comes with a verdict. What a model cannot be asked is left out, and `notes` says why.
 * @throws PellucidError as `explain`
 * @example
 * const { attribution, head, mlp } = await overview(model, 'Anna met Tom in the park. Anna met');
 */
export async function overview(
  model: Model,
  input: ModelInput,
  options: OverviewOptions = {},
): Promise<Overview> {
  const { top = 5, truncate = false, seed = 0, signal, onProgress } = options;
  const limits = { truncate, ...(signal ? { signal } : {}) };
  // A model without a head is asked for something else, so that its tokens are known.
  const capture = model.task === 'base' ? '*hook_embed' : [];
  const run = await model.run(input, { capture, ...limits });
  const predictions = run.predictions(top);
  const { tokens, subject, decoderTokens } = run;
  const found = { subject, tokens, decoderTokens: decoderTokens ?? null, predictions };
  const place = options.target ? undefined : answerPlace(model, run, predictions);
  if (typeof place === 'string') {
    return { ...found, target: null, attribution: null, head: null, mlp: null, notes: [place], cost: 1 };
  }
  const definition = model.task === 'question-answering' ? spanStart : logit;
  const open = options.target ?? { definition, answers: [], position: place };
  const { target: record } = await model.run(input, {
    ...limits,
    capture: [],
    gradient: { target: open, of: [] },
  });
  // What is compared with is no answer of the model, and stays as it was given.
  const compares = open.definition.reads === 'comparison';
  const target = compares ? open : { ...open, answers: record.answers.map(({ id }) => id) };
  const question = { model, input, target, value: record.value, seed, truncate, signal, onProgress };
  // A target that the model wrote itself is known as tokens only.
  const written = decoderTokens !== undefined && decoderTokens.length > 1;
  const hasText = subject.text !== null && (!written || typeof subject.targetText === 'string');
  const features = hasText ? 'words' : 'tokens';
  const asked = { target, features, seed, truncate, signal, onProgress } as const;
  const wanted = new Set(options.findings ?? findings);
  const attribution = wanted.has('attribution') ? await explain(model, input, asked) : null;
  const head = wanted.has('head') ? await findHead(question, options.stack) : null;
  const mlp = wanted.has('mlp') ? await findMlp(question, (decoderTokens ?? tokens).length) : null;
  const passes = [
    attribution?.features.length,
    attribution?.verdict?.cost,
    head?.verdict.cost,
    mlp?.verdict.cost,
  ];
  const cost = passes.reduce<number>((sum, each) => sum + (each ?? 0), 2);
  return { ...found, target: record, attribution, head, mlp, notes: [], cost };
}

/** Where the best answer is read, undefined where the model answers once; or why there is none. */
export function answerPlace(
  model: Model,
  run: Run,
  predictions: readonly Prediction[],
): number | undefined | string {
  switch (model.task) {
    case 'base':
    case 'sentence-embedding':
      return `${model.id} predicts nothing, so there is no answer to explain.`;
    case 'masked-lm': {
      const { mask } = model.tokenizer.specialIds;
      const masked = run.tokens.findIndex(({ id }) => id === mask);
      return masked >= 0 ? masked : 'The text has no mask token, so there is no answer to explain.';
    }
    case 'token-classification':
    case 'replaced-token-detection':
      return mostUnusual(run, predictions);
    default:
      return undefined;
  }
}

/** The token of which the model is surest that it is not what most tokens are. */
function mostUnusual(run: Run, predictions: readonly Prediction[]): number {
  const own = predictions.filter(({ position }) => !run.tokens[position!]!.special);
  const asked = own.length > 0 ? own : predictions;
  const counts = new Map<number, number>();
  for (const { candidates } of asked) counts.set(candidates[0]!.id, (counts.get(candidates[0]!.id) ?? 0) + 1);
  const [usual] = [...counts].reduce((a, b) => (b[1] > a[1] ? b : a));
  const unusual = asked.filter(({ candidates }) => candidates[0]!.id !== usual);
  const sure = ({ candidates }: Prediction) => candidates[0]!.probability ?? 0;
  return (unusual.length > 0 ? unusual : asked).reduce((a, b) => (sure(b) > sure(a) ? b : a)).position!;
}

async function findHead(
  question: AblationQuestion,
  stack: Stack | undefined,
): Promise<AblationFinding | null> {
  const { layers, heads, hook } = patternsOf(question.model.dimensions, stack);
  const places = Array.from({ length: layers * heads }, (_, i): AblationPlace => {
    const layer = Math.floor(i / heads);
    const mixed = hook(layer).replace(/hook_pattern$/, 'hook_z');
    return { part: 'head', hook: mixed, layer, head: i % heads, position: null };
  }).filter((place) => question.model.hooks.includes(place.hook));
  return places.length > 0 ? mostImportant(question, places) : null;
}

async function findMlp(question: AblationQuestion, length: number): Promise<AblationFinding | null> {
  const { hooks, dimensions } = question.model;
  const last = dimensions.decoder
    ? /^decoder\.blocks\.(\d+)\.hook_mlp_out$/
    : /^blocks\.(\d+)\.hook_mlp_out$/;
  const places = hooks.flatMap((hook) => {
    const layer = last.exec(hook)?.[1];
    if (layer === undefined) return [];
    return Array.from({ length }, (_, position): AblationPlace => {
      return { part: 'mlp', hook, layer: Number(layer), head: null, position };
    });
  });
  return places.length > 0 ? mostImportant(question, places) : null;
}
