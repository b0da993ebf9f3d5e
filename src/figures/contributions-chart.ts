import type { Contributions } from '../explanations/index.js';
import { methodTitle, targetText, withSign } from './drawing/attribution-text.js';
import { colorMap } from './drawing/color.js';
import { modelName } from './drawing/description.js';
import { document } from './drawing/document.js';
import { shownComponents } from './drawing/shown-components.js';
import { element, group } from './drawing/svg.js';
import { textWidth } from './drawing/text-width.js';
import { palettes, type Theme } from './drawing/theme.js';
import { wrapText } from './drawing/wrap-text.js';
import type { Figure, FigureDefinition } from './figure.js';
import { finish } from './output/finish.js';

/** Options of {@link contributionsChart}. */
export interface ContributionsChartOptions {
  /** Above the picture, and its accessible name; by default the method. False for no heading (the name stays). */
  readonly title?: string | false;
  /** Width of the figure in pixels; 720 by default. */
  readonly width?: number;
  /** How many components have a bar, the strongest; 40 by default. The others share one. */
  readonly top?: number;
  /** Colour map by name, for bars on either side; a diverging one. */
  readonly colors?: string;
  readonly theme?: Theme;
}

/** What the catalogue says of this figure. */
export const contributionsChartFigure: FigureDefinition = {
  name: 'contributions-chart',
  summary: 'What each component adds to a score, as bars for and against it.',
  draws: ['direct-logit-attribution'],
  formats: ['svg', 'png', 'html'],
};

const margin = 20;
const rowHeight = 20;
const barHeight = 14;
const textSize = 11;
const titleSize = 15;
const smallSize = 12;
const gap = 8;
const widestLabel = 220;

/**
 * Draws contributions as horizontal bars in the order of the computation, to the right for the score and to the left against it.
 * The last line is their sum, the score itself.
 */
export function contributionsChart(
  contributions: Contributions,
  options: ContributionsChartOptions = {},
): Figure {
  const { width = 720, top: most = 40, theme = 'light' } = options;
  const palette = palettes[theme];
  const { target, method, subject } = contributions;
  const colors = colorMap(options.colors ?? palette.diverging);
  const shown = shownComponents(contributions, most);
  const numbers = shown.map(({ value }) => withSign(value));
  const room = width - 2 * margin;
  const labelRoom = Math.min(
    widestLabel,
    Math.max(...shown.map(({ label }) => textWidth(label, textSize)), textWidth('sum', textSize, 600)),
  );
  const numberRoom = Math.max(...numbers.map((text) => textWidth(text, textSize))) + gap;
  const [low, high] = [
    Math.min(0, ...shown.map(({ value }) => value)),
    Math.max(0, ...shown.map(({ value }) => value)),
  ];
  // Numbers stand at the ends of bars, on the side where there are bars.
  const before = low < 0 ? numberRoom : 0;
  const left = margin + labelRoom + gap + before;
  const unit = (room - labelRoom - gap - before - numberRoom) / (high - low || 1);
  const zero = left - low * unit;
  const title = options.title || methodTitle(method);
  const heading =
    options.title === false
      ? []
      : [
          ...wrapText(title, room, titleSize, 600).map((text) => ({ text, size: titleSize })),
          ...wrapText(`${targetText(target)}, ${modelName(subject)}`, room, smallSize).map((text) => ({
            text,
            size: smallSize,
          })),
        ];
  const top = margin + heading.reduce((sum, { size }) => sum + size * 1.5, 0) + (heading.length > 0 ? 12 : 0);
  let lineTop = margin + titleSize;
  const lines = heading.map(({ text, size }) => {
    const strong = size === titleSize;
    const attributes = {
      x: margin,
      y: lineTop,
      'font-size': size,
      fill: strong ? palette.text : palette.muted,
    };
    lineTop += size * 1.5;
    return element('text', { ...attributes, 'font-weight': strong ? '600' : undefined }, text);
  });
  const bars = shown.map(({ label, value, quiet }, i) => {
    const y = top + i * rowHeight;
    const [from, to] = value < 0 ? [zero + value * unit, zero] : [zero, zero + value * unit];
    const baseline = y + barHeight / 2 + textSize * 0.36;
    return element(
      'g',
      {},
      element('title', {}, `${label}: ${withSign(value)}`),
      element(
        'text',
        {
          x: margin + labelRoom,
          y: baseline,
          'text-anchor': 'end',
          fill: quiet ? palette.muted : palette.text,
        },
        label,
      ),
      element('rect', {
        ...{ x: from, y, width: Math.max(0.5, to - from), height: barHeight },
        fill: quiet ? palette.quiet : colors(value < 0 ? 0.12 : 0.88),
      }),
      element(
        'text',
        {
          ...{ x: value < 0 ? from - 4 : to + 4, y: baseline, fill: palette.muted },
          'text-anchor': value < 0 ? 'end' : 'start',
        },
        numbers[i]!,
      ),
    );
  });
  const bottom = top + shown.length * rowHeight;
  const axis = element('path', {
    d: `M${zero.toFixed(2)} ${(top - 4).toFixed(2)}V${bottom.toFixed(2)}`,
    stroke: palette.muted,
  });
  const sum = group([
    element('path', { d: `M${margin} ${bottom + 1}h${room}`, stroke: palette.missing }),
    element(
      'text',
      {
        x: margin + labelRoom,
        y: bottom + 17,
        'text-anchor': 'end',
        'font-weight': '600',
        fill: palette.text,
      },
      'sum',
    ),
    element(
      'text',
      { x: zero + 4, y: bottom + 17, 'font-weight': '600', fill: palette.text },
      withSign(target.value),
    ),
  ]);
  return finish(
    document({
      ...{ title, width, height: bottom + 24 + margin / 2, palette },
      description: describe(contributions),
      parts: [...lines, element('g', { 'font-size': textSize }, ...bars, axis, sum)],
    }),
  );
}

/** What the picture shows in words. */
function describe({ components, values, target }: Contributions): string {
  const order = [...components.keys()].sort((a, b) => values.data[b]! - values.data[a]!);
  const named = (i: number) => `${components[i]!.label} with ${withSign(values.data[i]!)}`;
  return `What ${components.length} components add to ${targetText(target)}. Most adds ${named(order[0]!)}, least ${named(order.at(-1)!)}.`;
}
