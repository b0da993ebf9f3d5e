import { extent, quantileSorted } from 'd3-array';
import { PellucidError } from '../../errors.js';

/** How values become positions on a colour map; the meaning of each option is that of seaborn's `heatmap`. */
export interface ScaleOptions {
  /** Value at the lower end of the colour bar; by default the smallest value shown. */
  readonly vmin?: number | undefined;
  /** Value at the upper end of the colour bar; by default the largest value shown. */
  readonly vmax?: number | undefined;
  /** Value that gets the middle of the colour map; both sides keep the same rate of change. */
  readonly center?: number | undefined;
  /** Takes the 2nd and 98th percentile in place of the extremes, for the ends that are not given. */
  readonly robust?: boolean | undefined;
}

/** A range of values and their positions on a colour map. */
export interface ValueScale {
  readonly vmin: number;
  readonly vmax: number;
  /** Position on the colour map, 0 to 1; values outside the range take the colour of the nearer end. */
  position(value: number): number;
}

/**
 * Determines the range as seaborn does (`seaborn/matrix.py`, `_determine_cmap_params`): percentiles are linearly
 * interpolated over the values shown, and a centre stretches the colour map to the farther end.
 * Infinite values do not count towards the range.
 * @throws PellucidError `bad-input` when the range is reversed or not finite.
 */
export function valueScale(values: Iterable<number>, options: ScaleOptions = {}): ValueScale {
  for (const name of ['vmin', 'vmax', 'center'] as const) {
    const value = options[name];
    if (value !== undefined && !Number.isFinite(value)) {
      throw new PellucidError(
        'bad-input',
        `The option ${name} is ${value}; give a finite number or leave it out.`,
      );
    }
  }
  const finite = Array.from(values).filter(Number.isFinite);
  let low: number | undefined;
  let high: number | undefined;
  if (options.robust) {
    finite.sort((a, b) => a - b);
    low = quantileSorted(finite, 0.02);
    high = quantileSorted(finite, 0.98);
  } else {
    [low, high] = extent(finite);
  }
  const vmin = options.vmin ?? Math.min(low ?? 0, options.vmax ?? Number.POSITIVE_INFINITY);
  const vmax = options.vmax ?? Math.max(high ?? vmin, vmin);
  if (vmin > vmax) {
    throw new PellucidError(
      'bad-input',
      `The value range starts at vmin = ${vmin}, above its end vmax = ${vmax}; exchange them, or reverse the colours with "_r".`,
    );
  }
  const { center } = options;
  const reach = center === undefined ? 0 : Math.max(vmax - center, center - vmin);
  const [start, end] = center === undefined ? [vmin, vmax] : [center - reach, center + reach];
  const flat = center === undefined ? 0 : 0.5;
  return {
    vmin,
    vmax,
    position(value) {
      if (end === start) return flat;
      const clamped = Math.min(vmax, Math.max(vmin, value));
      return (clamped - start) / (end - start);
    },
  };
}
