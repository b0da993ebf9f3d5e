import { format } from 'd3-format';
import { PellucidError } from '../../errors.js';
import type { Lens } from '../../explanations/index.js';
import { labelText } from './labels.js';

const percent = format('.3~p');

/** What a lens found at one layer and position. */
export interface LensCell {
  /** The most probable token and its probability. */
  readonly text: string;
  readonly best: number;
  /** All that are kept, with entropy and divergence, in words. */
  readonly summary: string;
}

export function lensCell(lens: Lens, layer: number, position: number): LensCell {
  const { values, ids, words, entropy, divergence, tokens } = lens;
  const top = values.shape[2]!;
  const place = layer * tokens.length + position;
  const text = (i: number) => words[ids[place * top + i]!] ?? '';
  const share = (i: number) => values.data[place * top + i]!;
  const list = Array.from({ length: top }, (_, i) => `“${labelText(text(i))}” ${percent(share(i))}`);
  const further = `entropy ${entropy.data[place]!.toFixed(2)}, divergence from the answer ${divergence.data[place]!.toFixed(2)} nats`;
  return { text: text(0), best: share(0), summary: `${list.join(', ')}; ${further}` };
}

/** The position whose tokens are followed; negative ones count from the end. @throws PellucidError `not-found` */
export function lensPlace({ tokens, position }: Lens, wanted: number = position): number {
  const found = wanted < 0 ? wanted + tokens.length : wanted;
  if (Number.isInteger(found) && found >= 0 && found < tokens.length) return found;
  throw new PellucidError(
    'not-found',
    `Position ${wanted} is outside the text of this lens, which has ${tokens.length} tokens (0 to ${tokens.length - 1}).`,
  );
}
