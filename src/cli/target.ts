import type { Model, ModelInput, Stack } from '../model/index.js';
import type { InputOptions } from './input-options.js';

/** Tokens that a model writes where no target is given. */
const mostWritten = 40;

/** What is looked at in an encoder-decoder. */
export interface Looked {
  readonly input: ModelInput;
  /** Whether the model wrote its target itself. */
  readonly written: boolean;
  /** The stack whose attention is shown; undefined in a model of one stack. */
  readonly stack: Stack | undefined;
}

/**
 * The input with a target: where an encoder-decoder is given none it writes one first, greedily, for from its start token alone
 * there is nothing to see in its decoder. Other inputs stay as they are.
 */
export async function withTarget(
  model: Model,
  given: ModelInput,
  options: InputOptions & { readonly stack?: Stack },
  signal: AbortSignal,
): Promise<Looked> {
  const { targetText, decoderTokenIds, truncate = false } = options;
  if (!model.dimensions.decoder) return { input: given, written: false, stack: options.stack };
  const { stack = model.task === 'base' ? 'encoder' : 'cross' } = options;
  const kept = targetText !== undefined || decoderTokenIds !== undefined;
  if (kept || stack === 'encoder' || model.task === 'base') return { input: given, written: false, stack };
  const { tokens, finishReason } = await model.generate(given, {
    maxNewTokens: mostWritten,
    truncate,
    signal,
  });
  const ids = tokens.map(({ id }) => id);
  const written = finishReason === 'eos' ? ids.slice(0, -1) : ids;
  const input = typeof given === 'string' ? { text: given } : given;
  return { input: { ...input, decoderTokenIds: written }, written: true, stack };
}
