import { PellucidError } from './errors.js';
import { attribute, type ExplainOptions, methodNamed, methodOptions } from './explain.js';
import { type GenerationAttribution, schemaVersion } from './explanations/index.js';
import type { Feature } from './features/index.js';
import {
  type ContinuationOptions,
  featuresOfText,
  type GeneratedText,
  generatedText,
} from './generated-text.js';
import type { Model, ModelInput, Target } from './model/index.js';
import { ask, Coalitions, inputOf } from './question/index.js';
import { parseTarget } from './targets/parse-target.js';
import { tensor } from './tensor/index.js';

/** How each generated token is explained. */
export interface StepOptions
  extends Omit<ExplainOptions, 'target' | 'verdict' | 'truncate' | 'features' | 'special' | 'stack'> {
  readonly model: Model;
  readonly text: GeneratedText;
  readonly features: readonly Feature[];
  /** What is explained of each generated token; undefined for a row that is left empty. */
  readonly targets: readonly (Target | undefined)[];
}

/** How a generated text is explained. */
export interface ExplainGenerationOptions
  extends Omit<ExplainOptions, 'target' | 'verdict' | 'truncate'>,
    ContinuationOptions {
  /** What is explained of each generated token: a target of one answer, `logit` by default. */
  readonly target?: string | undefined;
}

/**
 * Explains every token of a generated text by all that stands before it, prompt and generated tokens alike, with any
 * method.
 * @throws PellucidError as `explain`; `unsupported` for a model that does not go on with texts.
 * @example
 * const why = await explainGeneration(model, 'Anna met Tom.', { method: 'input-x-gradient', maxNewTokens: 5 });
 */
export async function explainGeneration(
  model: Model,
  prompt: ModelInput,
  options: ExplainGenerationOptions = {},
): Promise<GenerationAttribution> {
  const { target = 'logit', features: by, special, stack, ...rest } = options;
  const { definition } = parseTarget(`${target}:#0`);
  if (definition.takes !== 1 || definition.reads || definition.needs === 'labels') {
    throw new PellucidError(
      'bad-input',
      `The target "${target}" does not speak of one token at its step: take logit, log-probability or probability.`,
    );
  }
  const text = await generatedText(model, prompt, options);
  const targets = text.tokens
    .slice(text.promptLength)
    .map(({ id }) => ({ definition, answers: [id], position: -1 }));
  return {
    kind: 'generation-attribution',
    ...(await explainSteps({
      ...rest,
      model,
      text,
      targets,
      features: featuresOfText(text, { by, special, stack }),
    })),
  };
}

/** Explains generated tokens one by one; a feature has the tokens that it has before each. */
export async function explainSteps(options: StepOptions): Promise<Omit<GenerationAttribution, 'kind'>> {
  const { model, text, features, targets, method: name = 'occlusion', options: given = {} } = options;
  const { removal, seed = 0, signal, onProgress } = options;
  const { tokens, encoderLength, promptLength, subject } = text;
  const method = methodNamed(name);
  const chosen = methodOptions(method, given);
  const shape = [targets.length, features.length];
  const values = new Float32Array(targets.length * features.length);
  const errors = new Float32Array(values.length);
  let [sampled, signed, aggregation, taken] = [false, method.signed, '', ''];
  const generated: GenerationAttribution['generated'][number][] = [];
  for (const [row, target] of targets.entries()) {
    const position = promptLength + row;
    const before = features
      .map((feature) => ({ ...feature, positions: feature.positions.filter((at) => at < position) }))
      .filter(({ positions }) => positions.length > 0);
    if (target && before.length > 0) {
      const input = inputOf({ tokens: tokens.slice(0, position), encoderLength });
      const asked = await ask(model, input, { target, removal, seed, special: true, signal });
      const question = { ...asked, subject, features: before };
      const found = await attribute(method, chosen, question, new Coalitions(question));
      values.set(found.values.data, row * features.length);
      if (found.standardError) errors.set(found.standardError.data, row * features.length);
      sampled ||= found.standardError !== null;
      ({ signed, aggregation } = found);
      taken = asked.removal.name;
      const { baseline, errors: declared } = found;
      generated.push({ position, target: asked.record, present: before.length, baseline, errors: declared });
    } else {
      generated.push({ position, target: null, present: 0, baseline: null, errors: [] });
    }
    onProgress?.({ done: row + 1, total: targets.length, part: 'tokens' });
  }
  const axes = ['generated', 'feature'];
  return {
    ...{ schemaVersion, method: method.name, options: { ...chosen, seed, removal: taken } },
    ...(encoderLength === undefined ? {} : { encoderLength }),
    ...{ subject, tokens, promptLength, generated, features, aggregation, signed },
    values: tensor('F32', shape, values, axes) as GenerationAttribution['values'],
    standardError: sampled ? tensor('F32', shape, errors, axes) : null,
  };
}
