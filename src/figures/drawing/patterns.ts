import { PellucidError } from '../../errors.js';
import type { Attention } from '../../explanations/index.js';

/** An attention explanation in four axes, whatever was asked for. */
export interface Patterns {
  readonly layers: readonly string[];
  readonly heads: readonly string[];
  /** Destinations, and sources. */
  readonly rows: number;
  readonly count: number;
  /** Row-major over layer, head, destination, source. */
  readonly data: Float32Array;
}

function namesOf(count: number, asked: number | string | null): string[] {
  return asked === null ? Array.from({ length: count }, (_, index) => String(index)) : [String(asked)];
}

/** Reads the axes of an attention explanation. @throws PellucidError `bad-input` when they are not those of attention. */
export function patternsOf(attention: Attention): Patterns {
  const { axes, shape, data } = attention.values;
  const order = ['layer', 'head', 'destination', 'source'];
  const positions = axes.map((axis) => order.indexOf(axis));
  const sizeOf = (axis: string) => shape[axes.indexOf(axis)] ?? 1;
  const [destinations, sources] = [sizeOf('destination'), sizeOf('source')];
  const ordered = positions.every(
    (position, i) => position >= 0 && (i === 0 || position > positions[i - 1]!),
  );
  const { tokens, destinationTokens = tokens } = attention;
  const fits = destinations === destinationTokens.length && sources === tokens.length;
  if (!ordered || axes.length < 2 || !fits) {
    const labels = attention.destinationTokens
      ? `as long as the ${destinationTokens.length} and ${tokens.length} tokens`
      : `as long as the ${tokens.length} tokens`;
    throw new PellucidError(
      'bad-input',
      `A picture of attention needs the axes layer, head, destination, source, the last two ${labels}; these are ${axes.join(', ')} of the sizes ${shape.join(', ')}.`,
    );
  }
  const { layer, head } = attention.options;
  return {
    layers: namesOf(sizeOf('layer'), axes.includes('layer') ? null : layer),
    heads: namesOf(sizeOf('head'), axes.includes('head') ? null : head),
    rows: destinations,
    count: sources,
    data,
  };
}

/** Whether no token attends to a later one. */
export function isCausal({ rows, count, data }: Patterns): boolean {
  if (rows !== count || count < 2) return false;
  for (let i = 0; i < data.length; i++) {
    if (data[i] !== 0 && i % count > Math.floor(i / count) % count) return false;
  }
  return true;
}
