import type { Capture } from '../../model/index.js';
import type { Question } from '../../question/index.js';
import type { Tensor } from '../../tensor/index.js';

/** Hook point of the attention pattern of a layer. */
export function patternHook(layer: number): string {
  return `blocks.${layer}.attn.hook_pattern`;
}

/** Why a method that reads self-attention cannot answer; undefined where it can. */
export function withoutSelfAttention({ model }: Question): string | undefined {
  if (model.hooks.includes(patternHook(0))) return undefined;
  return `${model.id} has no layers of self-attention alone, so this method cannot explain it: use occlusion.`;
}

/** The layers of a model, or the one that is asked for. */
export function layersOf({ model }: Question, layer: number | null = null): number[] {
  return layer === null ? Array.from({ length: model.dimensions.layers }, (_, i) => i) : [layer];
}

/** The attention patterns of some layers, each [head, destination, source]; of one head where it is given. */
export async function readPatterns(
  { model, tokens, signal }: Question,
  layers: readonly number[],
  head: number | null = null,
): Promise<Tensor[]> {
  const part = head === null ? {} : { heads: [head] };
  const capture = layers.map((layer): Capture => ({ hook: patternHook(layer), ...part }));
  const run = await model.run({ tokens }, { capture, answers: 'none', ...(signal ? { signal } : {}) });
  return layers.map((layer) => run.activation(patternHook(layer)));
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
