import type { Lens } from '../explanations/index.js';
import { methodTitle } from './drawing/attribution-text.js';
import { colorMap } from './drawing/color.js';
import { modelName } from './drawing/description.js';
import { labelText } from './drawing/labels.js';
import { lensCell, lensPlace } from './drawing/lens-cells.js';
import { cutToColumns, padToColumns } from './drawing/terminal-columns.js';
import { type ColorDepth, styleOf } from './drawing/terminal-style.js';
import { palettes } from './drawing/theme.js';
import type { FigureDefinition } from './figure.js';

/** Options of {@link terminalLens}. */
export interface TerminalLensOptions {
  /** Bits of colour the terminal shows; 1 (none) by default. */
  readonly colorDepth?: ColorDepth;
  /** Width of the terminal in characters; 80 by default. */
  readonly columns?: number;
  /** The position that the list below the grid is about; by default that at which the model answers. */
  readonly position?: number;
}

/** What the catalogue says of this figure. */
export const terminalLensFigure: FigureDefinition = {
  name: 'terminal-lens',
  summary:
    'The most probable token at every layer and position, with the ranks of pinned tokens, for the terminal.',
  draws: ['logit-lens', 'tuned-lens'],
  formats: ['text'],
};

const cellWidth = 10;

/**
 * Draws a lens as lines of text: a grid of the most probable tokens, the last layer on top and the positions that do not fit left
 * out at the beginning; then, at one position, probability, entropy and the ranks of pinned tokens in each layer.
 *
 * @returns lines joined by newlines, without one at the end.
 * @throws PellucidError `not-found` for a position that the text does not have.
 */
export function terminalLens(lens: Lens, options: TerminalLensOptions = {}): string {
  const { colorDepth = 1, columns = 80 } = options;
  const style = styleOf(colorDepth);
  const colors = colorMap(palettes.light.sequential);
  const { rows, tokens, pinned, ranks, entropy, method, subject } = lens;
  const place = lensPlace(lens, options.position);
  const left = Math.max(...rows.map(({ label }) => label.length));
  const fit = Math.max(1, Math.min(tokens.length, Math.floor((columns - left - 1) / cellWidth)));
  const first = Math.max(0, Math.min(tokens.length - fit, place - fit + 1));
  const shown = Array.from({ length: fit }, (_, i) => first + i);
  const cut = (text: string) => padToColumns(cutToColumns(labelText(text), cellWidth - 1), cellWidth - 1);
  const order = [...rows.keys()].reverse();
  const grid = order.map((layer) => {
    const cells = shown.map((position) => {
      const { text, best } = lensCell(lens, layer, position);
      return `${style.cell(cut(text), colors(best), best)} `;
    });
    return `${rows[layer]!.label.padStart(left)} ${cells.join('')}`.trimEnd();
  });
  const header = `${' '.repeat(left)} ${shown.map((i) => `${cut(tokens[i]!.text)} `).join('')}`.trimEnd();
  const names = pinned.map(({ text }) => cutToColumns(`rank of “${labelText(text)}”`, 24));
  const list = order.map((layer) => {
    const { text, best } = lensCell(lens, layer, place);
    const at = layer * tokens.length + place;
    const places = pinned.map((_, i) =>
      String(ranks.data[i * rows.length * tokens.length + at]).padStart(names[i]!.length),
    );
    const numbers = [best.toFixed(3).padStart(11), entropy.data[at]!.toFixed(2).padStart(7), ...places];
    return `${rows[layer]!.label.padStart(left)} ${cut(text)} ${numbers.join('  ')}`;
  });
  const hiddenBehind = tokens.length - first - fit;
  const hidden = [
    ...(first > 0 ? [`${first} positions before`] : []),
    ...(hiddenBehind > 0 ? [`${hiddenBehind} behind`] : []),
  ];
  return [
    style.strong(methodTitle(method)),
    style.quiet(`most probable token of each layer and position, ${modelName(subject)}`),
    '',
    ...grid,
    style.quiet(header),
    ...(hidden.length > 0 ? [style.quiet(`${hidden.join(', ')} do not fit`)] : []),
    '',
    style.strong(`Position ${place}, “${labelText(tokens[place]!)}”`),
    style.quiet(
      `${' '.repeat(left)} ${'token'.padEnd(cellWidth - 1)} ${['probability', 'entropy', ...names].join('  ')}`,
    ),
    ...list,
  ].join('\n');
}
