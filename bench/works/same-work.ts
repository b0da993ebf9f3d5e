import type { Contender } from '../contenders/contender.js';

/** Two orders of summation differ by less than this at logits of about 30; a wrong mask or scale by far more. */
const tolerance = 1e-3;

/**
 * Makes sure that all contenders compute the same, by samples of attention patterns and logits.
 * @returns the largest difference to the first one
 * @throws Error when it is too large to be rounding
 */
export async function compareSamples(
  contenders: readonly Contender[],
  tokenIds: readonly number[],
): Promise<number> {
  const samples = [];
  for (const contender of contenders) samples.push(await contender.ask('sample', { tokenIds }));
  return largestDifference(samples);
}

/**
 * The largest difference of samples to the first one; where all of that are below 1, as gradients are, in parts of the
 * largest of them.
 * @throws Error when it is too large to be rounding
 */
export function largestDifference([ours, ...theirs]: readonly (readonly number[])[]): number {
  const scale = Math.min(1, Math.max(...ours!.map(Math.abs)));
  const differences = theirs.flatMap((sample) =>
    sample.map((value, i) => Math.abs(value - ours![i]!) / scale),
  );
  const largest = Math.max(0, ...differences);
  if (largest <= tolerance && theirs.every((sample) => sample.length === ours!.length)) return largest;
  throw new Error(`The contenders do not compute the same: samples differ by ${largest}.`);
}
