import { PellucidError } from '../../errors.js';
import type { Token } from '../../tensor/index.js';
import { fitLabel, isolated, type LabelPart, labelParts, labelWidth, thinningStep } from './labels.js';
import { type Attributes, element, type Markup } from './svg.js';
import { eastAsianFontFamily, isEastAsian } from './text-width.js';
import type { Palette } from './theme.js';

/**
 * Which tick labels an axis has: `auto` leaves some out where they would touch, true shows every one, false none, a
 * number every so many, a list of strings replaces them.
 */
export type TickLabels = 'auto' | boolean | number | readonly string[];

/** One label that is drawn: where on the axis, and what. */
export interface Tick {
  readonly index: number;
  readonly full: string;
  readonly parts: readonly LabelPart[];
  readonly width: number;
}

/** Height of a line of text, in its font size. */
export const lineHeight = 1.25;
const gap = 6;

/** The labels an axis shows; `smallestStep` is how many positions lie between neighbours that do not touch. */
export function ticksOf(
  labels: readonly (Token | string)[],
  choice: TickLabels,
  axis: 'x' | 'y',
  smallestStep: number,
  limit: number,
  size: number,
): Tick[] {
  if (typeof choice === 'number' && (!Number.isInteger(choice) || choice < 1)) {
    throw new PellucidError(
      'bad-input',
      `${axis}Labels is ${choice}; give a whole number from 1, or "auto".`,
    );
  }
  if (typeof choice === 'object' && choice.length !== labels.length) {
    throw new PellucidError(
      'bad-input',
      `${axis}Labels has ${choice.length} strings for ${labels.length} positions; give one for each.`,
    );
  }
  if (choice === false) return [];
  const shown = typeof choice === 'object' ? choice : labels;
  const step = choice === true ? 1 : typeof choice === 'number' ? choice : smallestStep;
  const ticks: Tick[] = [];
  for (let index = 0; index < shown.length; index += step) {
    const whole = labelParts(shown[index]!);
    const parts = fitLabel(whole, limit, size);
    const full = whole.map((part) => part.text).join('');
    ticks.push({ index, full, parts, width: labelWidth(parts, size) });
  }
  return ticks;
}

/** How column labels lie: level where they fit side by side, else tilted, else upright. */
export type Tilt = 0 | 45 | 90;

/** The least tilt at which labels of these widths, `spacing` pixels apart, do not touch. */
export function tiltFor(widths: readonly number[], spacing: number, size: number): Tilt {
  const level = widths.every((width, i) => i === 0 || (widths[i - 1]! + width) / 2 + gap <= spacing);
  if (level) return 0;
  return spacing * Math.SQRT1_2 >= size * lineHeight ? 45 : 90;
}

/** The step at which rotated or stacked labels do not touch. */
export function stepFor(spacing: number, size: number): number {
  return thinningStep(size * lineHeight, spacing);
}

/** A label as SVG text, with its full wording to hover over where it was cut. */
export function labelMarkup(tick: Tick, attributes: Attributes, palette: Palette): Markup {
  const children: (string | Markup)[] = isolated(tick.parts).map(({ text, quiet }) => {
    if (quiet) return element('tspan', { fill: palette.quiet }, text);
    return isEastAsian(text) ? element('tspan', { 'font-family': eastAsianFontFamily }, text) : text;
  });
  const shown = tick.parts.map((part) => part.text).join('');
  const tooltip = shown === tick.full ? [] : [element('title', {}, tick.full)];
  return element('text', attributes, ...tooltip, ...children);
}
