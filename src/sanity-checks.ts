import { PellucidError } from './errors.js';
import { attribute, type ExplainOptions, methodNamed, methodOptions, questionOf } from './explain.js';
import { spearmanRho } from './metrics/index.js';
import type { Model, ModelInput } from './model/index.js';
import { Coalitions, type Question } from './question/index.js';
import { randomOf } from './random.js';

/** One step of the cascade, and what is left of the original scores. */
export interface RandomizationStep {
  /** What has been randomized so far: `layer 5`, `layers 3 to 5`, `everything`. */
  readonly randomized: string;
  /** Spearman's ρ between the original scores and those of the randomized model. */
  readonly correlation: number;
}

/** Whether a method looks at what the model has learned. */
export interface ParameterRandomization {
  readonly method: string;
  readonly steps: readonly RandomizationStep[];
  /** Whether the scores of the wholly random model correlate by less than 0.5. */
  readonly passed: boolean;
}

/** How far scores move when the input hardly does. */
export interface MaxSensitivity {
  readonly method: string;
  /** max ‖Φ(x̃) − Φ(x)‖ / ‖Φ(x)‖ over the samples. */
  readonly value: number;
  readonly radius: number;
  readonly samples: number;
}

type SanityOptions = Omit<ExplainOptions, 'verdict'>;

/** Correlation from which scores count as untouched by random weights. */
const threshold = 0.5;

/**
 * Randomizes the model from its last layer to its first, then wholly, and explains again: scores that stay the same say
 * nothing about what the model has learned (Adebayo et al. 2018, https://arxiv.org/abs/1810.03292). The numbers of each
 * weight keep their distribution and lose their places; the target stays the one of the trained model.
 * @throws PellucidError as `explain`; `unsupported` for weights that do not fit into memory
 */
export async function parameterRandomization(
  model: Model,
  input: ModelInput,
  options: SanityOptions = {},
): Promise<ParameterRandomization> {
  const { method, own, question } = await prepare(model, input, options);
  const original = await scoresOf(question);
  const { layers } = model.dimensions;
  const { seed = 0, onProgress } = options;
  const steps: RandomizationStep[] = [];
  for (let first = layers - 1; first >= -1; first--) {
    const chosen = (name: string) => first < 0 || layerOf(name) >= first;
    const random = model.shuffled(chosen, seed);
    try {
      const asked = await questionOf(random, input, { ...options, target: question.target });
      const randomized =
        first < 0
          ? 'everything'
          : first === layers - 1
            ? `layer ${first}`
            : `layers ${first} to ${layers - 1}`;
      steps.push({ randomized, correlation: spearmanRho(original, await scoresOf(asked)) });
    } finally {
      await random.close();
    }
    onProgress?.({ done: layers - first, total: layers + 1, part: 'layers' });
  }
  return { method: method.name, steps, passed: Math.abs(steps.at(-1)!.correlation) < threshold };

  async function scoresOf(asked: Question): Promise<Float32Array> {
    return (await attribute(method, own, asked, new Coalitions(asked))).values.data;
  }
}

/**
 * Moves the embeddings by uniform noise of at most `radius` in each number and explains again (Yeh et al. 2019,
 * https://arxiv.org/abs/1901.09392; Captum's `sensitivity_max`).
 * @throws PellucidError as `explain`, `unsupported` for methods of attention, which read tokens
 */
export async function maxSensitivity(
  model: Model,
  input: ModelInput,
  options: SanityOptions & { readonly radius?: number; readonly samples?: number } = {},
): Promise<MaxSensitivity> {
  const { radius = 0.02, samples = 10, ...rest } = options;
  const { method, own, question } = await prepare(model, input, rest);
  if (method.family === 'attention') {
    throw new PellucidError(
      'unsupported',
      `${method.title} reads tokens, not embeddings that can be moved a little: check integrated-gradients or occlusion so.`,
    );
  }
  const original = await scoresAt(question.embeddings);
  const random = randomOf(question.seed);
  let value = 0;
  for (let sample = 0; sample < samples; sample++) {
    const moved = question.embeddings.map((number) => number + radius * (2 * random.uniform() - 1));
    const scores = await scoresAt(moved);
    value = Math.max(value, norm(scores.map((score, i) => score - original[i]!)) / norm(original));
    rest.onProgress?.({ done: sample + 1, total: samples, part: 'samples' });
  }
  return { method: method.name, value, radius, samples };

  /** The scores where the embeddings are these: the value of the whole input is read again, too. */
  async function scoresAt(embeddings: Float32Array): Promise<Float32Array> {
    const near: Question = { ...question, embeddings, onProgress: undefined };
    const [whole] = await new Coalitions(near, { ...near.target }).values([
      new Uint8Array(near.features.length).fill(1),
    ]);
    const asked = { ...near, record: { ...near.record, value: whole! } };
    return (await attribute(method, own, asked, new Coalitions(asked))).values.data;
  }
}

async function prepare(model: Model, input: ModelInput, options: SanityOptions) {
  const { method: name = 'occlusion', options: given = {}, ...rest } = options;
  const method = methodNamed(name);
  const own = methodOptions(method, given);
  return { method, own, question: await questionOf(model, input, rest) };
}

/** The layer that a weight belongs to, by the first number in its name; −1 where there is none. */
function layerOf(name: string): number {
  return Number(/(?:^|\.)(\d+)\./.exec(name)?.[1] ?? -1);
}

function norm(values: Float32Array): number {
  return Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
}
