import type { Command } from 'commander';
import type { ExplainGenerationOptions } from '../explain-generation.js';
import type { ContextReliance, GenerationAttribution } from '../explanations/index.js';
import type { Model, ModelInput } from '../model/index.js';
import { usageError } from './failure.js';
import { parseIndex } from './input-options.js';

/** Options that say which generated text is explained. */
export interface GeneratedOptions {
  readonly generate?: boolean;
  readonly generated?: string;
  readonly maxNewTokens?: number;
  readonly context?: string;
}

/** Adds the options that explain what a model writes in place of one answer. */
export function addGeneratedOptions(command: Command): Command {
  return command
    .optionsGroup('Generated text:')
    .option('--generate', 'explain every token that the model goes on with')
    .option('--max-new-tokens <count>', 'how many tokens it writes at most (default: 20)', parseIndex)
    .option('--generated <text>', 'the text that follows, in place of what the model writes')
    .option(
      '--context <text>',
      'stands before the text: which generated tokens rely on it, and on what in it (PECoRe)',
    );
}

/** Whether a generated text is explained, in place of one answer. */
export function isGenerated({ generate, generated, context }: GeneratedOptions): boolean {
  return generate === true || generated !== undefined || context !== undefined;
}

/** What does not go together with a generated text. Throws a usage error. */
export function checkGenerated(
  input: ModelInput,
  options: GeneratedOptions & {
    readonly method: readonly string[];
    readonly targetId?: number;
    readonly position?: string;
    readonly target?: string;
  },
): void {
  const { method, targetId, position, target, context, maxNewTokens, generated } = options;
  if (!isGenerated(options)) {
    if (maxNewTokens !== undefined) throw usageError('--max-new-tokens goes with --generate or --context');
    return;
  }
  if (method.length > 1) throw usageError('a generated text is explained by one method');
  if (targetId !== undefined || position !== undefined)
    throw usageError(
      'each generated token is explained at its own step: leave --target-id and --position out',
    );
  if (generated !== undefined && maxNewTokens !== undefined)
    throw usageError('give --generated or --max-new-tokens, not both');
  if (context === undefined) return;
  if (typeof input !== 'string') throw usageError('--context goes with a plain text');
  if (target !== undefined)
    throw usageError('with --context it is the shift of each token that is explained: leave --target out');
}

/** Explains a generated text as the options ask. */
export async function explainGenerated(
  model: Model,
  input: ModelInput,
  { context, generated, maxNewTokens }: GeneratedOptions,
  question: ExplainGenerationOptions,
): Promise<GenerationAttribution | ContextReliance> {
  const asked = { ...question, generated, maxNewTokens };
  if (context === undefined) {
    const { explainGeneration } = await import('../explain-generation.js');
    return explainGeneration(model, input, asked);
  }
  const { contextReliance } = await import('../context-reliance.js');
  return contextReliance(model, { context, query: input as string }, asked);
}
