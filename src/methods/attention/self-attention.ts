import { type Capture, patternsOf } from '../../model/index.js';
import { inputOf, type Question } from '../../question/index.js';
import type { Tensor } from '../../tensor/index.js';

/** Hook point of the attention pattern of a layer. */
export function patternHook(layer: number): string {
  return `blocks.${layer}.attn.hook_pattern`;
}

/** Why a method that reads the attention of one stack cannot answer; undefined where it can. */
export function withoutSelfAttention({ model, encoderLength }: Question): string | undefined {
  if (encoderLength === undefined) return undefined;
  return `${model.id} has an encoder and a decoder, and this method reads the attention of one stack: use gradient-x-attention, raw-attention or integrated-gradients.`;
}

/** The layers of a model, or the one that is asked for; of an encoder-decoder its decoder's. */
export function layersOf({ model }: Question, layer: number | null = null): number[] {
  const { layers } = patternsOf(model.dimensions);
  return layer === null ? Array.from({ length: layers }, (_, i) => i) : [layer];
}

/**
 * The attention patterns of some layers, each [head, destination, source]; of one head where it is given. Those of an
 * encoder-decoder are its cross attention: from the decoder's tokens to the encoder's.
 */
export async function readPatterns(
  question: Question,
  layers: readonly number[],
  head: number | null = null,
): Promise<Tensor[]> {
  const { model, signal } = question;
  const part = head === null ? {} : { heads: [head] };
  const { hook: hookOf } = patternsOf(model.dimensions);
  const capture = layers.map((layer): Capture => ({ hook: hookOf(layer), ...part }));
  const run = await model.run(inputOf(question), {
    ...{ capture, answers: 'none' },
    ...(signal ? { signal } : {}),
  });
  return layers.map((layer) => run.activation(hookOf(layer)));
}

/** What enters some blocks, each [position, width]. */
export async function readStreams(
  { model, tokens, signal }: Question,
  layers: readonly number[],
): Promise<Tensor[]> {
  const hooks = layers.map((layer) => `blocks.${layer}.hook_resid_pre`);
  const run = await model.run({ tokens }, { capture: hooks, answers: 'none', ...(signal ? { signal } : {}) });
  return hooks.map((hook) => run.activation(hook));
}
