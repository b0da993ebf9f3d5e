import type { Attribution } from '../explanations/index.js';
import { methodTitle, scoreText, targetText } from './drawing/attribution-text.js';
import { modelName } from './drawing/description.js';
import { document } from './drawing/document.js';
import type { Markup } from './drawing/svg.js';
import { palettes, type Theme } from './drawing/theme.js';
import type { Figure, FigureDefinition } from './figure.js';
import { heatmap } from './heatmap.js';
import { finish } from './output/finish.js';

/** Options of {@link methodComparison}. */
export interface MethodComparisonOptions {
  /** Above the picture, and its accessible name. */
  readonly title?: string;
  /** Agreement (τ) of each pair, as `compare` gives it; drawn below the scores. */
  readonly agreement?: readonly (readonly number[])[];
  readonly theme?: Theme;
}

/** What the catalogue says of this figure. */
export const methodComparisonFigure: FigureDefinition = {
  name: 'method-comparison',
  summary: 'Several methods on one input: a row of scores for each with its verdict, and how they agree.',
  draws: ['attribution'],
  formats: ['svg', 'png', 'html'],
};

/** How a conclusion stands before a name, where there is little room. */
const signs = { supported: '✓', 'not supported': '✗', inconclusive: '?' } as const;
const legend = 'feature (✓ supported, ✗ not supported, ? inconclusive)';

/**
 * Draws attributions of one input below each other. Methods have scales of their own: colours say how large a score is beside
 * the largest of its own row, the numbers are the scores themselves.
 */
export function methodComparison(
  attributions: readonly Attribution[],
  options: MethodComparisonOptions = {},
): Figure {
  const { theme = 'light', agreement } = options;
  const { features, target, subject } = attributions[0]!;
  const title = options.title ?? 'Methods side by side';
  const names = attributions.map(({ method }) => methodTitle(method));
  const rows = attributions.map(({ verdict }, i) =>
    verdict ? `${signs[verdict.conclusion]} ${names[i]}` : names[i]!,
  );
  const shares = attributions.map(({ values }) => {
    const largest = Math.max(...values.data.map(Math.abs)) || 1;
    return Array.from(values.data, (score) => score / largest);
  });
  const scores = heatmap(
    {
      ...{ values: shares, rows, rowName: '', columnName: legend },
      columns: features.map(({ label }) => label),
    },
    {
      ...{ theme, title, subtitle: `${targetText(target)}, ${modelName(subject)}` },
      ...{ vmin: -1, vmax: 1, center: 0, square: false, colorbar: { label: 'share of the largest' } },
      annotate: (row, column) => scoreText(attributions[row]!, attributions[row]!.values.data[column]!),
    },
  );
  if (!agreement || attributions.length < 2) return scores;
  const pairs = heatmap(
    { values: agreement, rows: names, columns: names, rowName: '', columnName: '' },
    { theme, title: 'Agreement (Kendall’s τ)', annotate: true, vmin: -1, vmax: 1, center: 0 },
  );
  return finish(
    document({
      ...{ title, palette: palettes[theme] },
      description: `Scores of ${features.length} features by ${names.join(', ')}, and below the agreement of each pair.`,
      width: Math.max(scores.width, pairs.width),
      height: scores.height + pairs.height,
      parts: [placed(scores, 0), placed(pairs, scores.height)],
    }),
  );
}

/** A drawing as a part of another. */
function placed({ svg }: Figure, y: number): Markup {
  return { markup: svg.trimEnd().replace('<svg ', `<svg y="${y}" `) };
}
