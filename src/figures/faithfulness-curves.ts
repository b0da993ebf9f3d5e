import { extent } from 'd3-array';
import { scaleLinear } from 'd3-scale';
import { PellucidError } from '../errors.js';
import type { Attribution, CurvePoint, Measure } from '../explanations/index.js';
import { methodTitle, targetText } from './drawing/attribution-text.js';
import { modelName } from './drawing/description.js';
import { document } from './drawing/document.js';
import { element, group, type Markup, round } from './drawing/svg.js';
import { type Palette, palettes, type Theme } from './drawing/theme.js';
import { wrapText } from './drawing/wrap-text.js';
import type { Figure, FigureDefinition } from './figure.js';
import { finish } from './output/finish.js';

/** What the picture says, in English by default. */
export interface CurveWords {
  readonly title: string;
  /** Above the curve of what is taken away, and of what is put in; and how each is read. */
  readonly deletion: readonly [title: string, better: string];
  readonly insertion: readonly [title: string, better: string];
  readonly share: string;
  readonly random: string;
  method(name: string): string;
}

const english: CurveWords = {
  title: 'How well the rankings hold',
  deletion: ['Taken away, the top ones first', 'lower is better'],
  insertion: ['Put in, the top ones first', 'higher is better'],
  share: 'share of the features',
  random: 'random rankings, ± 1 deviation',
  method: methodTitle,
};

/** Options of {@link faithfulnessCurves}. */
export interface FaithfulnessCurvesOptions {
  /** Above the picture, and its accessible name. */
  readonly title?: string;
  /** Width of the figure in pixels; 720 by default. */
  readonly width?: number;
  readonly theme?: Theme;
  readonly words?: Partial<CurveWords>;
}

/** What the catalogue says of this figure. */
export const faithfulnessCurvesFigure: FigureDefinition = {
  name: 'faithfulness-curves',
  summary: 'The target while features are taken away or put in, the top ones first, beside random rankings.',
  draws: ['attribution'],
  formats: ['svg', 'png', 'html'],
};

const panels = ['deletion', 'insertion'] as const;

/** Colours and dashes of the methods, told apart under every colour vision deficiency (Okabe and Ito). */
const inks: Readonly<Record<Theme, readonly string[]>> = {
  light: ['#0072b2', '#c04a00', '#00795a', '#a3478c', '#8a6d00', '#1f2328'],
  dark: ['#56b4e9', '#ff9d4d', '#35c99d', '#e79bcb', '#f0e442', '#e6e9ee'],
};
const dashes = [undefined, '7 3', '2 3', '9 3 2 3', '5 5', '1 3'];

const margin = 20;
const gap = 44;
const axisRoom = 38;
const plotHeight = 200;
const small = 12;

/**
 * Draws the deletion and insertion curves of one or more methods, and the band of random rankings: their mean, one
 * standard deviation to each side. The further a curve is from the band, the better its ranking.
 * @throws PellucidError `bad-input` where no attribution has a curve: they are part of a full test.
 */
export function faithfulnessCurves(
  attributions: readonly Attribution[],
  options: FaithfulnessCurvesOptions = {},
): Figure {
  const { width = 720, theme = 'light' } = options;
  const words = { ...english, ...options.words };
  const palette = palettes[theme];
  const drawn = attributions.filter(hasCurves);
  if (drawn.length === 0) {
    throw new PellucidError(
      'bad-input',
      'These attributions have no deletion or insertion curve: ask for the verdict "full".',
    );
  }
  const { target, subject } = drawn[0]!;
  const title = options.title ?? words.title;
  const room = width - 2 * margin;
  const subtitle = wrapText(`${targetText(target)}, ${modelName(subject)}`, room, small);
  const plotTop = margin + 22 + subtitle.length * 18 + 40;
  const plotWidth = (room - gap) / 2 - axisRoom;
  const parts = panels.map((panel, i) =>
    element(
      'g',
      { transform: `translate(${round(margin + axisRoom + i * (plotWidth + axisRoom + gap))} ${plotTop})` },
      drawPanel(panel, drawn, plotWidth, palette, theme, words),
    ),
  );
  const legendTop = plotTop + plotHeight + 62;
  const entries = [...drawn.map(({ method }) => words.method(method)), words.random];
  const rowOf = (i: number) => ({ x: margin + (i % 2) * (room / 2), y: legendTop + Math.floor(i / 2) * 20 });
  const legend = entries.map((name, i) => {
    const { x, y } = rowOf(i);
    const sign =
      i < drawn.length
        ? line(`M${x} ${y - 4}h26`, i, theme)
        : element('rect', {
            x,
            y: y - 10,
            width: 26,
            height: 12,
            fill: palette.quiet,
            'fill-opacity': '0.35',
          });
    return group([sign, element('text', { x: x + 34, y, 'font-size': small, fill: palette.text }, name)]);
  });
  const height = legendTop + Math.ceil(entries.length / 2) * 20 + margin - 8;
  return finish(
    document({
      ...{ title, width, height, palette, description: describe(drawn) },
      parts: [
        text(title, { x: margin, y: margin + 15, 'font-size': 15, 'font-weight': '600', fill: palette.text }),
        ...subtitle.map((each, i) =>
          text(each, { x: margin, y: margin + 37 + i * 18, 'font-size': small, fill: palette.muted }),
        ),
        ...parts,
        ...legend,
      ],
    }),
  );
}

/** Whether an attribution was tested in full, so that it has curves. */
export function hasCurves(attribution: Attribution): boolean {
  return panels.some((metric) => curveOf(attribution, metric) !== undefined);
}

function curveOf({ verdict }: Attribution, metric: string): Measure | undefined {
  return verdict?.measures.find((measure) => measure.metric === metric && measure.curve !== undefined);
}

function drawPanel(
  metric: (typeof panels)[number],
  attributions: readonly Attribution[],
  width: number,
  palette: Palette,
  theme: Theme,
  words: CurveWords,
): Markup {
  const [title, better] = words[metric];
  const measures = attributions.map((each) => curveOf(each, metric));
  const random = measures.find((measure) => measure?.random?.curve)?.random?.curve ?? [];
  const points = [...measures.flatMap((measure) => measure?.curve ?? []), ...random];
  const values = points.flatMap(({ value, deviation = 0 }) => [value - deviation, value + deviation]);
  const [low = 0, high = 1] = extent(values);
  const x = scaleLinear([0, 1], [0, width]);
  const y = scaleLinear([low, high === low ? low + 1 : high], [plotHeight, 0]).nice(5);
  const at = (share: number, value: number) => `${round(x(share))} ${round(y(value))}`;
  const path = (curve: readonly CurvePoint[]) =>
    `M${curve.map(({ share, value }) => at(share, value)).join('L')}`;
  const band = [
    ...random.map(({ share, value, deviation = 0 }) => at(share, value + deviation)),
    ...random.toReversed().map(({ share, value, deviation = 0 }) => at(share, value - deviation)),
  ];
  const label = { 'font-size': 11, fill: palette.muted };
  const ticks = y.ticks(5);
  const write = y.tickFormat(5);
  return group([
    text(title, { x: 0, y: -22, 'font-size': small, 'font-weight': '600', fill: palette.text }),
    text(better, { x: 0, y: -8, ...label }),
    ...ticks.flatMap((value) => [
      element('path', { d: `M0 ${round(y(value))}h${round(width)}`, stroke: palette.missing }),
      text(write(value), { x: -7, y: y(value) + 4, 'text-anchor': 'end', ...label }),
    ]),
    ...[0, 0.25, 0.5, 0.75, 1].map((share) =>
      text(`${100 * share} %`, { x: x(share), y: plotHeight + 17, 'text-anchor': 'middle', ...label }),
    ),
    text(words.share, { x: width / 2, y: plotHeight + 35, 'text-anchor': 'middle', ...label }),
    ...(random.length > 0
      ? [
          element('path', { d: `M${band.join('L')}Z`, fill: palette.quiet, 'fill-opacity': '0.35' }),
          element('path', { d: path(random), fill: 'none', stroke: palette.quiet }),
        ]
      : []),
    ...measures.flatMap((measure, i) => (measure ? [line(path(measure.curve!), i, theme)] : [])),
  ]);
}

function line(d: string, index: number, theme: Theme): Markup {
  const colors = inks[theme];
  return element('path', {
    ...{ d, fill: 'none', stroke: colors[index % colors.length]!, 'stroke-width': 2.2 },
    'stroke-dasharray': dashes[index % dashes.length],
    'stroke-linejoin': 'round',
  });
}

function text(content: string, attributes: Parameters<typeof element>[1]): Markup {
  return element('text', attributes, content);
}

/** What the picture shows in words. */
function describe(attributions: readonly Attribution[]): string {
  const sentences = attributions.flatMap((attribution) => {
    const areas = panels.flatMap((metric) => {
      const measure = curveOf(attribution, metric);
      const control = measure?.random ? ` (random ${measure.random.mean.toPrecision(3)})` : '';
      return measure ? [`${metric} ${measure.value.toPrecision(3)}${control}`] : [];
    });
    return [`${methodTitle(attribution.method)}: ${areas.join(', ')}.`];
  });
  return `Mean of the target along deletion and insertion curves. ${sentences.join(' ')}`;
}
