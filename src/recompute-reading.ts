import { PellucidError } from './errors.js';
import type { Contributions, Explanation, Lens } from './explanations/index.js';
import type { Model, ModelInput, Target } from './model/index.js';
import {
  type ContributionUnit,
  contributions,
  type LensPlace,
  lens,
  type TunedLens,
} from './residual-stream/index.js';

/** What a reading of the residual stream is made again with, besides what it says about itself. */
export interface ReadingAgain {
  readonly signal?: AbortSignal | undefined;
  readonly target?: Target | undefined;
  readonly tuned?: TunedLens | undefined;
}

/**
 * A lens or contributions once more.
 * @throws PellucidError `bad-input` for a tuned lens that is not given, and whatever `lens` and `contributions` throw
 */
export function readingAgain(
  found: Lens | Contributions,
  model: Model,
  input: ModelInput,
  { signal, target, tuned }: ReadingAgain,
): Promise<Explanation> {
  if (found.kind === 'contributions') {
    const { unit, top } = found.options as { readonly unit: ContributionUnit; readonly top?: number };
    return contributions(model, input, { target, unit, signal, ...(top === undefined ? {} : { top }) });
  }
  if (found.method === 'tuned-lens' && !tuned)
    throw new PellucidError(
      'bad-input',
      'A tuned lens is made again through the lens itself: give its folder, as in pellucid check --tuned ./my-lens.',
    );
  const { at, top } = found.options as { readonly at: LensPlace; readonly top: number };
  const pinned = found.pinned.map(({ id }) => id);
  return lens(model, input, { at, top, pinned, signal, ...(found.method === 'tuned-lens' ? { tuned } : {}) });
}

/** What is not the same in two readings besides their values, one sentence each; nothing of other explanations. */
export function readingDifferences(before: Explanation, now: Explanation, tolerance: number): string[] {
  if (before.kind === 'contributions') {
    const labels = ({ components }: Contributions) => components.map(({ label }) => label).join();
    return labels(before as Contributions) === labels(now as Contributions) ? [] : ['the components differ'];
  }
  if (before.kind !== 'lens') return [];
  const [a, b] = [before as Lens, now as Lens];
  const differences: string[] = [];
  const [rows, positions, top] = a.values.shape as [number, number, number];
  for (let place = 0; place < rows * positions; place++) {
    // Where two tokens are about equally probable, either may come first.
    const [first, second = 0] = a.values.data.subarray(place * top, place * top + 2);
    const other = a.ids[place * top] !== b.ids[place * top];
    if (other && (top === 1 || first! - second > tolerance)) {
      const where = `${a.rows[Math.floor(place / positions)]!.label}, position ${place % positions}`;
      differences.push(`the most probable token at ${where}`);
      break;
    }
  }
  for (const name of ['entropy', 'divergence', 'probabilities'] as const) {
    const most = a[name].data.reduce((size, value) => Math.max(size, Math.abs(value)), 1);
    const apart = a[name].data.some(
      (value, i) => !(Math.abs(value - (b[name].data[i] ?? Number.NaN)) <= tolerance * most),
    );
    if (apart) differences.push(`the numbers of ${name}`);
  }
  return differences;
}
