import stringWidth from 'string-width';
import type { Contributions } from '../explanations/index.js';
import { methodTitle, targetText, withSign } from './drawing/attribution-text.js';
import { colorMap } from './drawing/color.js';
import { modelName } from './drawing/description.js';
import { shownComponents } from './drawing/shown-components.js';
import { padToColumns } from './drawing/terminal-columns.js';
import { type ColorDepth, styleOf } from './drawing/terminal-style.js';
import { palettes } from './drawing/theme.js';
import type { FigureDefinition } from './figure.js';

/** Options of {@link terminalContributions}. */
export interface TerminalContributionsOptions {
  /** Bits of colour the terminal shows; 1 (none) by default. */
  readonly colorDepth?: ColorDepth;
  /** Width of the terminal in characters; 80 by default. */
  readonly columns?: number;
  /** How many components have a line, the strongest; 40 by default. The others share one. */
  readonly top?: number;
}

/** What the catalogue says of this figure. */
export const terminalContributionsFigure: FigureDefinition = {
  name: 'terminal-contributions',
  summary: 'What each component adds to a score, as bars for and against it, for the terminal.',
  draws: ['direct-logit-attribution'],
  formats: ['text'],
};

/**
 * Draws contributions as lines of text in the order of the computation: name, number, and a bar to the right for the score or to the
 * left against it; then their sum.
 *
 * @returns lines joined by newlines, without one at the end.
 */
export function terminalContributions(
  contributions: Contributions,
  options: TerminalContributionsOptions = {},
): string {
  const { colorDepth = 1, columns = 80, top = 40 } = options;
  const style = styleOf(colorDepth);
  const colors = colorMap(palettes.light.diverging);
  const { target, method, subject } = contributions;
  const shown = shownComponents(contributions, top);
  const names = Math.max(3, ...shown.map(({ label }) => stringWidth(label)));
  const numbers = Math.max(
    ...[...shown.map(({ value }) => value), target.value].map((v) => withSign(v).length),
  );
  const room = Math.max(10, Math.min(60, columns - names - numbers - 6));
  const against = Math.max(0, ...shown.map(({ value }) => -value));
  const reach = against + Math.max(0, ...shown.map(({ value }) => value)) || 1;
  const middle = Math.round((against / reach) * room);
  const bar = (value: number) => {
    const length = Math.round((Math.abs(value) / reach) * room);
    const filled = colorDepth <= 4 ? '█'.repeat(length) : ' '.repeat(length);
    const painted = length === 0 ? '' : style.cell(filled, colors(value < 0 ? 0.12 : 0.88), 0);
    return value < 0
      ? `${' '.repeat(Math.max(0, middle - length))}${painted}│`
      : `${' '.repeat(middle)}│${painted}`;
  };
  const line = (name: string, value: number) =>
    `${padToColumns(name, names)}  ${withSign(value).padStart(numbers)}`;
  return [
    style.strong(methodTitle(method)),
    style.quiet(`${targetText(target)}, ${modelName(subject)}`),
    '',
    ...shown.map(({ label, value }) => `${line(label, value)}  ${bar(value)}`.trimEnd()),
    style.strong(line('sum', target.value)),
  ].join('\n');
}
