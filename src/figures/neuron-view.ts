import { PellucidError } from '../errors.js';
import type { QueryKey } from '../explanations/index.js';
import { cellsMarkup } from './drawing/cells.js';
import { colorMap } from './drawing/color.js';
import { modelName } from './drawing/description.js';
import { document } from './drawing/document.js';
import { fitLabel, labelParts, labelText, labelWidth } from './drawing/labels.js';
import { element, group, type Markup } from './drawing/svg.js';
import { textWidth } from './drawing/text-width.js';
import { type Palette, palettes, type Theme } from './drawing/theme.js';
import type { Figure, FigureDefinition } from './figure.js';
import { finish } from './output/finish.js';

/** Options of {@link neuronView}. */
export interface NeuronViewOptions {
  /** The token that looks; negative ones count from the end. The last by default. */
  readonly destination?: number;
  /** How many sources are shown, those with the largest weights, in the order of the text; 24 by default. */
  readonly top?: number;
  /** Above the picture, and its accessible name; by default layer, head and token. False for no heading (the name stays). */
  readonly title?: string | false;
  /** Width of the figure in pixels; 860 by default. */
  readonly width?: number;
  /** The names of columns, in another language. */
  readonly words?: Partial<NeuronWords>;
  readonly theme?: Theme;
}

/** What the figure says besides its title. */
export interface NeuronWords {
  readonly query: string;
  readonly key: string;
  readonly product: string;
  readonly score: string;
  readonly bias: string;
  readonly weight: string;
  readonly masked: string;
}

/** What the catalogue says of this figure. */
export const neuronViewFigure: FigureDefinition = {
  name: 'neuron-view',
  summary: 'How the weights of one token come about: query, keys, their product in each dimension, softmax.',
  draws: ['query-key'],
  formats: ['svg', 'png', 'html'],
};

const english: NeuronWords = {
  query: 'query q',
  key: 'key k',
  product: 'q × k',
  score: 'score',
  bias: 'bias',
  weight: 'weight',
  masked: 'cannot attend',
};

const margin = 20;
const rowHeight = 22;
const stripHeight = 16;
const textSize = 12;
const smallSize = 11;
const titleSize = 15;
const gap = 14;
const widestLabel = 130;
const numberRoom = 52;
const barRoom = 70;

/**
 * Draws how one destination comes to its weights: its query on top; for each source its key, the product of both in each
 * dimension, the score that they add up to, and the weight after the softmax. Products are coloured in one scale, so that rows can
 * be compared; keys in one of their own, and so is the query.
 * @throws PellucidError `bad-input` for a destination that is not there
 */
export function neuronView(found: QueryKey, options: NeuronViewOptions = {}): Figure {
  const { tokens, destinationTokens = tokens, values, query, key, scores, bias, allowed, subject } = found;
  const { width = 860, top = 24, theme = 'light' } = options;
  const palette = palettes[theme];
  const words = { ...english, ...options.words };
  const given = options.destination ?? -1;
  const destination = given < 0 ? destinationTokens.length + given : given;
  if (!(destination >= 0 && destination < destinationTokens.length)) {
    throw new PellucidError(
      'bad-input',
      `There is no destination ${given}: there are ${destinationTokens.length} tokens, counted from 0.`,
    );
  }
  const dimensions = query.shape[1]!;
  const start = destination * tokens.length;
  const shown = strongest(values.data.subarray(start, start + tokens.length), top);
  const q = query.data.subarray(destination * dimensions, (destination + 1) * dimensions);
  const keyOf = (source: number) => key.data.subarray(source * dimensions, (source + 1) * dimensions);
  const factor = found.scale ?? 1;
  const products = shown.map((source) => keyOf(source).map((each, i) => each * q[i]! * factor));
  const hasBias = shown.some((source) => bias.data[start + source] !== 0);

  const own = destinationTokens[destination]!;
  const labels = shown.map((source) => fitLabel(labelParts(tokens[source]!), widestLabel, textSize));
  const ownLabel = fitLabel(labelParts(own), widestLabel, textSize);
  const labelRoom = Math.max(...[...labels, ownLabel].map((label) => labelWidth(label, textSize)), 40);
  const numbers = numberRoom * (hasBias ? 2 : 1);
  const room = width - 2 * margin - labelRoom - gap - numbers - barRoom - numberRoom - 2 * gap;
  const stripWidth = Math.max(40, room / 2);
  const columns = {
    key: margin + labelRoom + gap,
    product: margin + labelRoom + gap + stripWidth + gap,
    score: margin + labelRoom + gap + 2 * stripWidth + gap + numberRoom,
    bar: margin + labelRoom + 3 * gap + 2 * stripWidth + numbers,
  };

  const head = `Layer ${found.options.layer}, head ${found.options.head}`;
  const title = options.title || `${head} · “${labelText(own)}”`;
  const heading = options.title === false ? 0 : titleSize * 1.5 + smallSize * 1.7;
  const queryTop = margin + heading + smallSize * 1.6;
  const rowsTop = queryTop + rowHeight + 14 + smallSize * 1.6;
  const diverging = colorMap(palette.diverging);
  const keyReach = reachOf(shown.map(keyOf));
  const productReach = reachOf(products);
  const strip = (numbersOf: Float32Array, reach: number, x: number, y: number): Markup =>
    element(
      'g',
      { transform: `translate(${x.toFixed(2)} ${(y + (rowHeight - stripHeight) / 2).toFixed(2)})` },
      cellsMarkup(
        {
          ...{ rowCount: 1, columnCount: dimensions, lineWidth: 0, lineColor: palette.background },
          ...{ cellWidth: stripWidth / dimensions, cellHeight: stripHeight },
          fill: (_, column) => diverging(0.5 + numbersOf[column]! / (2 * reach)),
        },
        palette,
        palette.missing,
      ),
    );
  const baseline = (y: number) => y + rowHeight / 2 + textSize * 0.36;
  const text = (x: number, y: number, content: string, more: Record<string, string> = {}): Markup =>
    element('text', { x, y, ...more }, content);
  const label = (parts: ReturnType<typeof fitLabel>, y: number): Markup =>
    element(
      'text',
      { x: margin + labelRoom, y: baseline(y), 'text-anchor': 'end' },
      ...parts.map((part) =>
        element('tspan', part.quiet ? { fill: palette.quiet } : { fill: palette.text }, part.text),
      ),
    );
  const name = (x: number, y: number, content: string, anchor: 'start' | 'end' = 'start'): Markup =>
    text(x, y, content, { fill: palette.muted, 'font-size': String(smallSize), 'text-anchor': anchor });

  const rows = shown.map((source, i) => {
    const y = rowsTop + i * rowHeight;
    const at = start + source;
    const weight = values.data[at]!;
    const seen = allowed.data[at] === 1;
    const end = { 'text-anchor': 'end', fill: palette.text };
    const score = text(columns.score, baseline(y), signed(scores.data[at]!), end);
    const added = hasBias
      ? text(columns.score + numberRoom, baseline(y), signed(bias.data[at]!), { ...end, fill: palette.muted })
      : group([]);
    const bar = element('rect', {
      ...{ x: columns.bar, y: y + 4, width: Math.max(0.5, weight * barRoom), height: rowHeight - 8 },
      fill: colorMap(palette.sequential)(theme === 'dark' ? 0.62 : 0.68),
    });
    return element(
      'g',
      seen ? {} : { opacity: 0.4 },
      element('title', {}, `${labelText(tokens[source]!)}: ${seen ? weight.toFixed(3) : words.masked}`),
      label(labels[i]!, y),
      strip(keyOf(source), keyReach, columns.key, y),
      strip(products[i]!, productReach, columns.product, y),
      ...(seen
        ? [
            score,
            added,
            element('rect', {
              ...{ x: columns.bar, y: y + 4, width: barRoom, height: rowHeight - 8 },
              ...{ fill: palette.missing, opacity: 0.45 },
            }),
            bar,
            text(columns.bar + barRoom + numberRoom - 8, baseline(y), weight.toFixed(3), end),
          ]
        : [text(columns.bar, baseline(y), words.masked, { fill: palette.muted })]),
    );
  });
  const names = rowsTop - 6;
  const height = rowsTop + shown.length * rowHeight + margin;
  const left = tokens.length - shown.length;
  const parts = [
    ...(options.title === false
      ? []
      : [
          text(margin, margin + titleSize, title, {
            ...{ 'font-size': String(titleSize), 'font-weight': '600', fill: palette.text },
          }),
          name(margin, margin + titleSize * 1.5 + smallSize, modelName(subject)),
        ]),
    name(columns.key, queryTop - 6, words.query),
    label(ownLabel, queryTop),
    strip(q, reachOf([q]), columns.key, queryTop),
    name(columns.key, names, words.key),
    name(columns.product, names, `${words.product}${scaleText(found)}`),
    name(columns.score, names, words.score, 'end'),
    ...(hasBias ? [name(columns.score + numberRoom, names, words.bias, 'end')] : []),
    name(columns.bar, names, words.weight),
    legend(columns.product, queryTop, stripWidth, productReach, palette),
    ...rows,
  ];
  return finish(
    document({
      ...{ title, width, height, palette, parts: [element('g', { 'font-size': textSize }, ...parts)] },
      description: `${head}: how “${labelText(own)}” comes to its weights on ${shown.length} of ${tokens.length} sources${left > 0 ? ', those with the largest weights' : ''}. ${describe(found, start, shown)}`,
    }),
  );
}

/** Positions of the largest weights, in the order of the text. */
function strongest(weights: Float32Array, most: number): number[] {
  const order = [...weights.keys()].sort((a, b) => weights[b]! - weights[a]! || a - b);
  return order.slice(0, Math.max(1, most)).sort((a, b) => a - b);
}

/** The largest size of any number; 1 where all are 0. */
function reachOf(lists: readonly Float32Array[]): number {
  let most = 0;
  for (const list of lists) for (const value of list) most = Math.max(most, Math.abs(value));
  return most || 1;
}

function scaleText({ scale }: QueryKey): string {
  if (scale === null) return '';
  return Math.abs(scale - 1) < 1e-6 ? '' : ` × ${Number(scale.toPrecision(3))}`;
}

function signed(value: number): string {
  const text = value.toFixed(2);
  return text.replace('-', '−').replace(/^−0\.00$/, '0.00');
}

/** The colours of the products, from the lowest to the highest. */
function legend(x: number, y: number, room: number, reach: number, palette: Palette): Markup {
  const colors = colorMap(palette.diverging);
  const [low, high] = [signed(-reach), signed(reach)];
  const wide = Math.min(120, room - textWidth(`${low}${high}`, smallSize) - 16);
  if (wide < 24) return group([]);
  const cells = 24;
  const from = x + textWidth(low, smallSize) + 6;
  const style = { y: y + rowHeight / 2 + smallSize * 0.36, 'font-size': smallSize, fill: palette.muted };
  return group([
    element('text', { x, ...style }, low),
    ...Array.from({ length: cells }, (_, i) =>
      element('rect', {
        ...{ x: from + (i * wide) / cells, y: y + 7, width: wide / cells + 0.4, height: 8 },
        fill: colors((i + 0.5) / cells),
      }),
    ),
    element('text', { x: from + wide + 6, ...style }, high),
  ]);
}

/** What the picture shows in words. */
function describe({ tokens, values, scores }: QueryKey, start: number, shown: readonly number[]): string {
  const best = shown.reduce((a, b) => (values.data[start + b]! > values.data[start + a]! ? b : a));
  return `The largest weight is ${values.data[start + best]!.toFixed(3)}, on “${labelText(tokens[best]!)}”, with a score of ${signed(scores.data[start + best]!)}.`;
}
