import type { Attribution } from '../explanations/index.js';
import {
  attributionTitle,
  errorLines,
  scoreText,
  shownTokens,
  verdictLine,
} from './drawing/attribution-text.js';
import { colorMap, textColorOn } from './drawing/color.js';
import { document } from './drawing/document.js';
import { flow } from './drawing/flow.js';
import { horizontalBar } from './drawing/horizontal-bar.js';
import { isolated, type LabelPart, labelParts, labelText, labelWidth } from './drawing/labels.js';
import { valueScale } from './drawing/scale.js';
import { element, group, type Markup } from './drawing/svg.js';
import { type Palette, palettes, type Theme } from './drawing/theme.js';
import { wrapText } from './drawing/wrap-text.js';
import type { Figure, FigureDefinition } from './figure.js';
import { finish } from './output/finish.js';

/** Options of {@link tokenHighlight}. */
export interface TokenHighlightOptions {
  /** Above the picture, and its accessible name; by default the method. False for no heading (the name stays). */
  readonly title?: string | false;
  /** Width of the figure in pixels; 720 by default. */
  readonly width?: number;
  /** Colour map by name; a diverging one whose middle is 0. */
  readonly colors?: string;
  /** The score at the end of the colours; by default the largest in size. */
  readonly reach?: number;
  readonly theme?: Theme;
}

/** What the catalogue says of this figure. */
export const tokenHighlightFigure: FigureDefinition = {
  name: 'token-highlight',
  summary: 'A text coloured by the scores of its features, for and against the target.',
  draws: ['attribution'],
  formats: ['svg', 'png', 'html'],
};

const margin = 20;
const textSize = 16;
const lineHeight = 30;
const padding = 3;
const titleSize = 15;
const smallSize = 12;

/**
 * Draws the input with each feature on the colour of its score: one side of the colours speaks for the target, the other
 * against it, and 0 is neutral. Tokens that are no feature stand on the ground. Hovering a token shows its number.
 */
export function tokenHighlight(attribution: Attribution, options: TokenHighlightOptions = {}): Figure {
  const { width = 720, theme = 'light' } = options;
  const palette = palettes[theme];
  const largest = Math.max(...attribution.values.data.map(Math.abs));
  const reach = options.reach ?? (largest > 0 ? largest : 1);
  const scale = valueScale([-reach, reach], { center: 0, vmin: -reach, vmax: reach });
  const colors = colorMap(options.colors ?? palette.diverging);
  const fill = (score: number) => colors(scale.position(score));
  const { title: method, subtitle } = attributionTitle(attribution);
  const title = options.title || method;

  const room = width - 2 * margin;
  const shown = shownTokens(attribution);
  const parts = shown.map(({ token }) => withoutGap(labelParts(token)));
  const places = flow(
    shown.map(({ token, spaced }, i) => ({
      spaced,
      width: labelWidth(parts[i]!, textSize) + 2 * padding,
      text: token.special ? '' : token.text,
      breakAfter: token.text.includes('\n'),
    })),
    room,
  );
  const rows = Math.max(...places.map(({ row }) => row)) + 1;
  const heading =
    options.title === false
      ? []
      : [
          ...wrapText(title, room, titleSize, 600).map((text) => ({ text, size: titleSize, strong: true })),
          ...wrapText(subtitle, room, smallSize).map((text) => ({ text, size: smallSize, strong: false })),
        ];
  const top = margin + heading.reduce((sum, { size }) => sum + size * 1.5, 0) + (heading.length > 0 ? 16 : 0);
  const tokens = shown.map(({ token, feature, score }, i) => {
    const { x, row } = places[i]!;
    const color = feature === undefined ? undefined : fill(score);
    const label = feature === undefined ? labelText(token) : attribution.features[feature]!.label;
    const hover =
      feature === undefined
        ? `${label}: no feature`
        : `${labelText(label)}: ${scoreText(attribution, score)}`;
    return tokenMarkup(parts[i]!, margin + x, top + row * lineHeight, color, hover, palette);
  });
  const legendTop = top + rows * lineHeight + 14;
  const bar = horizontalBar(scale, colors, Math.min(room, 260), palette, attribution.signed);
  const verdict = verdictLine(attribution);
  const notes = [...(verdict ? [verdict] : []), ...errorLines(attribution)].flatMap((text, i) =>
    wrapText(text, room, smallSize).map((line) => ({ text: line, strong: i === 0 && verdict !== undefined })),
  );
  const notesTop = legendTop + bar.height + 26;
  const bottom =
    notes.length > 0 ? notesTop + (notes.length - 0.5) * smallSize * 1.5 : legendTop + bar.height;
  const height = bottom + margin;
  return finish(
    document({
      ...{ title, width, height, palette },
      description: describe(attribution),
      parts: [
        ...lines(heading, margin + titleSize, palette),
        group(tokens),
        element('g', { transform: `translate(${margin} ${legendTop.toFixed(2)})` }, bar.markup),
        ...lines(
          notes.map((note) => ({ ...note, size: smallSize })),
          notesTop,
          palette,
        ),
      ],
    }),
  );
}

/** A leading space is the gap between boxes, not a sign. */
function withoutGap(parts: readonly LabelPart[]): readonly LabelPart[] {
  const [first, ...rest] = parts;
  return first?.quiet && first.text === '·' && rest.length > 0 ? rest : parts;
}

function tokenMarkup(
  parts: readonly LabelPart[],
  x: number,
  y: number,
  color: string | undefined,
  hover: string,
  palette: Palette,
): Markup {
  const width = labelWidth(parts, textSize) + 2 * padding;
  const ink = color === undefined ? palette.muted : textColorOn(color);
  const spans = isolated(parts).map(({ text, quiet }) =>
    element('tspan', quiet ? { 'fill-opacity': '0.6' } : {}, text),
  );
  return element(
    'g',
    {},
    element('title', {}, hover),
    ...(color === undefined
      ? []
      : [element('rect', { x, y, width, height: lineHeight - 4, rx: 3, fill: color })]),
    element(
      'text',
      { x: x + padding, y: y + textSize * 1.15, 'font-size': textSize, fill: ink, 'xml:space': 'preserve' },
      ...spans,
    ),
  );
}

function lines(
  texts: readonly { readonly text: string; readonly size: number; readonly strong: boolean }[],
  top: number,
  palette: Palette,
): Markup[] {
  let y = top;
  return texts.map(({ text, size, strong }) => {
    const line = element(
      'text',
      {
        ...{ x: margin, y, 'font-size': size, fill: strong ? palette.text : palette.muted },
        'font-weight': strong && size === titleSize ? '600' : undefined,
      },
      text,
    );
    y += size * 1.5;
    return line;
  });
}

/** What the picture shows in words. */
function describe(attribution: Attribution): string {
  const { features, values, target } = attribution;
  const order = [...features.keys()].sort((a, b) => values.data[b]! - values.data[a]!);
  const named = (i: number) =>
    `“${labelText(features[i]!.label)}” ${scoreText(attribution, values.data[i]!)}`;
  const [most, least] = [order[0]!, order.at(-1)!];
  return `Scores of ${features.length} features for ${target.name}. The highest is ${named(most)}, the lowest ${named(least)}.`;
}
