import { PellucidError } from '../errors.js';
import type { Graph } from '../graph/index.js';
import type { Dimensions } from './architecture.js';

/** The attentions of an encoder-decoder: within the encoder, within the decoder, and from the decoder to the encoder. */
export const stacks = ['encoder', 'decoder', 'cross'] as const;
export type Stack = (typeof stacks)[number];

/** The attention patterns of one stack. */
export interface StackPatterns {
  /** Undefined in a model that has one stack. */
  readonly stack: Stack | undefined;
  readonly layers: number;
  readonly heads: number;
  /** Heads of keys and values. */
  readonly keyValueHeads: number;
  /** The hook point of a layer's patterns; `*` for those of all layers. */
  hook(layer: number | '*'): string;
}

/**
 * The attention patterns of a stack; of an encoder-decoder, where none is named, those of cross attention.
 * @throws PellucidError `not-found` for a stack of a model that has only one.
 */
export function patternsOf(dimensions: Dimensions, stack?: Stack): StackPatterns {
  const { layers, heads, keyValueHeads = heads, decoder } = dimensions;
  if (!decoder) {
    if (stack === undefined)
      return { stack, layers, heads, keyValueHeads, hook: (layer) => `blocks.${layer}.attn.hook_pattern` };
    throw new PellucidError(
      'not-found',
      `There is no ${stack} stack: this model has one stack of layers, so leave the stack out.`,
    );
  }
  const chosen = stack ?? 'cross';
  if (!stacks.includes(chosen)) {
    throw new PellucidError('not-found', `There is no stack "${chosen}": there are ${stacks.join(', ')}.`);
  }
  const own = { layers: decoder.layers, heads: decoder.heads };
  const sizes =
    chosen === 'encoder'
      ? { layers, heads, keyValueHeads }
      : { ...own, keyValueHeads: decoder.keyValueHeads ?? decoder.heads };
  const [prefix, part] = chosen === 'cross' ? ['decoder', 'cross_attn'] : [chosen, 'attn'];
  return { stack: chosen, ...sizes, hook: (layer) => `${prefix}.blocks.${layer}.${part}.hook_pattern` };
}

/** The attention patterns of all stacks that a model has. */
export function everyPattern(dimensions: Dimensions): StackPatterns[] {
  return dimensions.decoder ? stacks.map((stack) => patternsOf(dimensions, stack)) : [patternsOf(dimensions)];
}

/** Sizes with the heads of keys that a graph has: fewer than heads where groups of heads share them. */
export function withKeyValueHeads(dimensions: Dimensions, graph: Graph): Dimensions {
  const count = (block: string, heads: number) => {
    const found = graph.values.get(`${block}.attn.hook_k`)?.shape[2];
    return { keyValueHeads: typeof found === 'number' ? found : heads };
  };
  const { decoder, heads } = dimensions;
  if (!decoder) return { ...dimensions, ...count('blocks.0', heads) };
  return {
    ...{ ...dimensions, ...count('encoder.blocks.0', heads) },
    decoder: { ...decoder, ...count('decoder.blocks.0', decoder.heads) },
  };
}

/** Whether a value is one of those that an encoder gives once: it has sources and no positions of the text that grows. */
export function isReadOnce(graph: Graph, name: string): boolean {
  const { shape } = graph.values.get(name)!;
  return shape.includes('source') && !shape.includes('position');
}
