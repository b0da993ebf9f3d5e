import { z } from 'zod';
import { PellucidError } from './errors.js';
import { type ExplainGenerationOptions, explainSteps } from './explain-generation.js';
import type { ContextReliance } from './explanations/index.js';
import { featuresOfText, generatedText } from './generated-text.js';
import { logSoftmax, type Model, type Target } from './model/index.js';
import { contrast } from './targets/contrast.js';
import { logProbability } from './targets/log-probability.js';
import type { Token } from './tensor/index.js';

/** A prompt in two parts, the first of which can be taken away. */
export interface ContextualPrompt {
  readonly context: string;
  readonly query: string;
  /** What stands between them, a space by default. */
  readonly separator?: string | undefined;
}

export interface ContextRelianceOptions extends Omit<ExplainGenerationOptions, 'target'> {
  /** A token is sensitive from so many standard deviations of the divergence above its mean; 1 by default. */
  readonly deviations?: number | undefined;
}

/**
 * Which tokens of a generated text depend on a context, and on which part of it: PECoRe (Sarti et al. 2024,
 * https://arxiv.org/abs/2310.01188). A token is sensitive where the distribution at its step shifts when the context is
 * taken away. Why it is this token, and not the one that the model would have written without the context, is then explained
 * by the features of the context; where it would have written the same, its log-probability is.
 *
 * @throws PellucidError as `explain`; `bad-input` for an empty context or query.
 */
export async function contextReliance(
  model: Model,
  { context, query, separator = ' ' }: ContextualPrompt,
  options: ContextRelianceOptions = {},
): Promise<ContextReliance> {
  const deviations = z.number().safeParse(options.deviations ?? 1);
  if (context === '' || query === '' || !deviations.success) {
    throw new PellucidError(
      'bad-input',
      'Give a context and a query, neither of them empty, and a number of deviations.',
    );
  }
  if (model.dimensions.decoder) {
    throw new PellucidError(
      'unsupported',
      `${model.id} has an encoder and a decoder, and context reliance is for models of one stack: use explainGeneration.`,
    );
  }
  const { signal, features: by = 'words', special, ...rest } = options;
  const text = await generatedText(model, `${context}${separator}${query}`, options);
  const generated = text.tokens.slice(text.promptLength);
  const alone = model.tokenizer.encode(query);
  const [informed, uninformed] = [
    await distributions(model, text.tokens.slice(0, text.promptLength), generated, signal),
    await distributions(model, alone, generated, signal),
  ];
  const found = generated.map(({ id }, step) => {
    const [p, q] = [informed[step]!, uninformed[step]!];
    const divergence = p.reduce((sum, log, answer) => sum + Math.exp(log) * (log - q[answer]!), 0);
    const instead = q.reduce((best, log, answer) => (log > q[best]! ? answer : best), 0);
    return { id, instead, divergence, crossInformation: (p[id]! - q[id]!) / Math.LN2 };
  });
  const threshold = meanAndMore(
    found.map(({ divergence }) => divergence),
    deviations.data,
  );
  const sensitive = found.map(({ divergence }) => divergence > 0 && divergence >= threshold);
  const targets = found.map(({ id, instead }, step): Target | undefined => {
    if (!sensitive[step]) return undefined;
    return id === instead
      ? { definition: logProbability, answers: [id], position: -1 }
      : { definition: contrast, answers: [id, instead], position: -1 };
  });
  const features = featuresOfText(text, { by, special }).filter(
    ({ span, positions }) => positions[0]! < text.promptLength && span !== null && span[0] < context.length,
  );
  return {
    ...(await explainSteps({ ...rest, signal, model, text, targets, features })),
    kind: 'context-reliance',
    sensitivity: found.map(({ divergence, crossInformation }, step) => {
      return { divergence, crossInformation, sensitive: sensitive[step]! };
    }),
    threshold,
  };
}

/** log P of every answer at the step of each generated token. */
async function distributions(
  model: Model,
  prompt: readonly Token[],
  generated: readonly Token[],
  signal: AbortSignal | undefined,
): Promise<Float64Array[]> {
  const positions = generated.map((_, step) => prompt.length - 1 + step);
  const run = await model.run(
    { tokens: [...prompt, ...generated.slice(0, -1)] },
    { capture: { hook: 'logits', positions }, answers: 'none', ...(signal ? { signal } : {}) },
  );
  const { data, shape } = run.activation('logits');
  const size = shape.at(-1)!;
  return positions.map((_, step) =>
    logSoftmax((data as Float32Array).subarray(step * size, (step + 1) * size)),
  );
}

/** The mean, and so many standard deviations more. */
function meanAndMore(values: readonly number[], deviations: number): number {
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return mean + deviations * Math.sqrt(variance);
}
