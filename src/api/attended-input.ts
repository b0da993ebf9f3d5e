import { z } from 'zod';
import type { Model, ModelInput, Stack } from '../model/index.js';
import { type Input, readInput } from './input.js';

/** Whose attention is asked for. */
export const stack = z
  .enum(['encoder', 'decoder', 'cross'])
  .optional()
  .describe('Of a model with an encoder and a decoder: whose attention; cross by default');

/** Tokens that a model writes where no target is given. */
const mostWritten = 40;

/** What each model wrote last, and to what, for its attention is asked about many times. */
const written = new WeakMap<Model, { readonly to: string; readonly ids: readonly number[] }>();

/**
 * An input whose attention can be looked at: where an encoder-decoder is given no target it writes one first, greedily, for from its start
 * token alone there is nothing to see in its decoder.
 */
export async function attendedInput(
  model: Model,
  asked: Input,
  stack: Stack | undefined,
  signal: AbortSignal | undefined,
): Promise<ModelInput> {
  const given = await readInput(model, asked, signal);
  const { targetText, written: behind = [] } = asked;
  if (!model.dimensions.decoder || targetText !== undefined || behind.length > 0) return given;
  if (stack === 'encoder' || model.task !== 'causal-lm') return given;
  const to = JSON.stringify(asked);
  const known = written.get(model);
  if (known?.to === to) return { ...given, decoderTokenIds: known.ids };
  const { tokens, finishReason } = await model.generate(given, { maxNewTokens: mostWritten, signal });
  const all = tokens.map(({ id }) => id);
  const ids = finishReason === 'eos' ? all.slice(0, -1) : all;
  written.set(model, { to, ids });
  return { ...given, decoderTokenIds: ids };
}
