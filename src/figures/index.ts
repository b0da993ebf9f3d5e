import { attentionPageFigure } from './attention-page.js';
import { attributionPageFigure } from './attribution-page.js';
import { contributionsChartFigure } from './contributions-chart.js';
import { faithfulnessCurvesFigure } from './faithfulness-curves.js';
import type { FigureDefinition } from './figure.js';
import { generationMatrixFigure } from './generation-matrix.js';
import { heatmapFigure } from './heatmap.js';
import { lensGridFigure } from './lens-grid.js';
import { methodComparisonFigure } from './method-comparison.js';
import { neuronViewFigure } from './neuron-view.js';
import { overviewPageFigure } from './overview-page.js';
import { terminalContributionsFigure } from './terminal-contributions.js';
import { terminalHeatmapFigure } from './terminal-heatmap.js';
import { terminalHighlightFigure } from './terminal-highlight.js';
import { terminalLensFigure } from './terminal-lens.js';
import { tokenHighlightFigure } from './token-highlight.js';

export { type AttentionPageOptions, attentionPage, type Page } from './attention-page.js';
export { type AttributionPageOptions, attributionPage } from './attribution-page.js';
export { type ContributionsChartOptions, contributionsChart } from './contributions-chart.js';
export type { TickLabels } from './drawing/axis-labels.js';
export { type ColorMap, colorMap, colorNames, textColorOn } from './drawing/color.js';
export { type LabelPart, labelParts, labelText } from './drawing/labels.js';
export type { MatrixData } from './drawing/matrix.js';
export type { ColorDepth } from './drawing/terminal-style.js';
export type { Theme } from './drawing/theme.js';
export {
  type CurveWords,
  type FaithfulnessCurvesOptions,
  faithfulnessCurves,
} from './faithfulness-curves.js';
export type { Figure, FigureDefinition, PngOptions } from './figure.js';
export { type GenerationMatrixOptions, generationMatrix } from './generation-matrix.js';
export { type HeatmapOptions, heatmap } from './heatmap.js';
export { type LensGridOptions, lensGrid } from './lens-grid.js';
export { type MethodComparisonOptions, methodComparison } from './method-comparison.js';
export { type NeuronViewOptions, type NeuronWords, neuronView } from './neuron-view.js';
export { type OverviewPageOptions, overviewPage } from './overview-page.js';
export { type TerminalContributionsOptions, terminalContributions } from './terminal-contributions.js';
export { type TerminalHeatmapOptions, terminalHeatmap } from './terminal-heatmap.js';
export { type TerminalHighlightOptions, terminalHighlight } from './terminal-highlight.js';
export { type TerminalLensOptions, terminalLens } from './terminal-lens.js';
export { type TokenHighlightOptions, tokenHighlight } from './token-highlight.js';
export * from './views/index.js';

/** Every figure, in alphabetical order. */
export const figures: readonly FigureDefinition[] = [
  attentionPageFigure,
  attributionPageFigure,
  contributionsChartFigure,
  faithfulnessCurvesFigure,
  generationMatrixFigure,
  heatmapFigure,
  lensGridFigure,
  methodComparisonFigure,
  neuronViewFigure,
  overviewPageFigure,
  terminalContributionsFigure,
  terminalHeatmapFigure,
  terminalHighlightFigure,
  terminalLensFigure,
  tokenHighlightFigure,
];
