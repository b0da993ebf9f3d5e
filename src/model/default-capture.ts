import { PellucidError } from '../errors.js';
import type { Dimensions } from './architecture.js';
import type { BatchRow } from './batch.js';
import { everyPattern } from './stacks.js';

/** Attention patterns above this many bytes are not kept unless they are asked for by name. */
const defaultCaptureBytes = 2 ** 31;

/**
 * What a run keeps that was not told: the attention patterns of all layers.
 * @throws PellucidError `bad-input` where they would be too large.
 */
export function defaultCapture(dimensions: Dimensions, rows: readonly BatchRow[]): string[] {
  const patterns = everyPattern(dimensions);
  const own = Math.max(...rows.map(({ tokens }) => tokens.length));
  const read = Math.max(...rows.map(({ source }) => source?.tokens.length ?? 0));
  const bytes = patterns.reduce((sum, { stack, layers, heads }) => {
    const [destinations, sources] = [
      stack === 'encoder' ? read : own,
      stack === 'decoder' ? own : read || own,
    ];
    return sum + 4 * layers * heads * destinations * sources * rows.length;
  }, 0);
  if (bytes <= defaultCaptureBytes) return patterns.map(({ hook }) => hook('*'));
  throw new PellucidError(
    'bad-input',
    `All attention patterns of ${Math.max(own, read)} tokens would take ${(bytes / 2 ** 30).toFixed(1)} GiB: ask for some layers, e.g. capture "${patterns[0]!.hook(0)}".`,
  );
}
