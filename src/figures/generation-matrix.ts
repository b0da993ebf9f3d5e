import type { ContextReliance, GenerationAttribution } from '../explanations/index.js';
import { methodTitle } from './drawing/attribution-text.js';
import { modelName } from './drawing/description.js';
import { labelText } from './drawing/labels.js';
import type { Theme } from './drawing/theme.js';
import type { Figure, FigureDefinition } from './figure.js';
import { heatmap } from './heatmap.js';

/** Options of {@link generationMatrix}. */
export interface GenerationMatrixOptions {
  /** Above the picture, and its accessible name; by default the method. */
  readonly title?: string;
  /** Colour map by name; a diverging one whose middle is 0. */
  readonly colors?: string;
  readonly theme?: Theme;
  /** Width of a cell in pixels. */
  readonly cellSize?: number;
}

/** What the catalogue says of this figure. */
export const generationMatrixFigure: FigureDefinition = {
  name: 'generation-matrix',
  summary: 'What each generated token rests on: a row for each, a column for each feature before it.',
  draws: ['generation-attribution', 'context-reliance'],
  formats: ['svg', 'png', 'html'],
};

/**
 * Draws the scores of everything that stands before each generated token. What does not yet stand there is left out, and so
 * are the rows of tokens that were not explained.
 */
export function generationMatrix(
  explanation: GenerationAttribution | ContextReliance,
  options: GenerationMatrixOptions = {},
): Figure {
  const { method, tokens, generated, features, values, subject, signed } = explanation;
  const relies = 'sensitivity' in explanation;
  const what = relies ? 'reliance on the context' : 'what each generated token rests on';
  const rows = generated.map(({ position }, row) => {
    const text = labelText(tokens[position]!);
    return relies ? `KL ${explanation.sensitivity[row]!.divergence.toFixed(2)}  ${text}` : text;
  });
  // The last tokens stand before none that was explained.
  const shown = Math.max(1, ...generated.map(({ present }) => present));
  const scores = rows.map((_, row) =>
    Array.from(values.data.subarray(row * features.length, row * features.length + shown)),
  );
  const drawing = signed
    ? { center: 0, format: '+.2f', colorbar: { label: 'against (−) and for (+)' } }
    : { format: '.2f', vmin: 0, colorbar: { label: 'how much' } };
  return heatmap(
    {
      ...{
        values: scores,
        rows,
        rowName: relies ? 'generated token (shift without the context)' : 'generated token',
      },
      columns: features.slice(0, shown).map(({ label }) => label),
      columnName: relies ? 'context' : 'prompt and generated text',
    },
    {
      ...drawing,
      annotate: true,
      mask: (row, column) => generated[row]!.target === null || column >= generated[row]!.present,
      title: options.title ?? `${methodTitle(method)}: ${what}`,
      subtitle: relies
        ? `${modelName(subject)}; tokens that shift less than KL ${explanation.threshold.toFixed(2)} are not explained`
        : modelName(subject),
      ...(options.colors === undefined ? {} : { colors: options.colors }),
      ...(options.theme === undefined ? {} : { theme: options.theme }),
      ...(options.cellSize === undefined ? {} : { cellSize: options.cellSize }),
    },
  );
}
