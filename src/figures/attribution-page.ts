import { format } from 'd3-format';
import type { Attribution } from '../explanations/index.js';
import type { Page } from './attention-page.js';
import { attributionTitle, methodTitle } from './drawing/attribution-text.js';
import { modelName } from './drawing/description.js';
import { labelText } from './drawing/labels.js';
import { faithfulnessCurves, hasCurves } from './faithfulness-curves.js';
import type { FigureDefinition } from './figure.js';
import { methodComparison } from './method-comparison.js';
import { attributionSection } from './page/attribution-section.js';
import { staticPage } from './page/static-page.js';
import { row, table } from './page/table.js';

/** Options of {@link attributionPage}. */
export interface AttributionPageOptions {
  /** Heading and name of the page. */
  readonly title?: string;
  /** Agreement (τ) of each pair of attributions, where there are several. */
  readonly agreement?: readonly (readonly number[])[];
}

/** What the catalogue says of this figure. */
export const attributionPageFigure: FigureDefinition = {
  name: 'attribution-page',
  summary:
    'One page with the attributions of an input side by side: coloured text, verdicts, measures, and tables.',
  draws: ['attribution'],
  formats: ['html'],
};

const write = format('.3~g');

/**
 * Makes one self-contained page of one or more attributions of the same input. It loads nothing, needs no script, and
 * has a table for each picture.
 */
export function attributionPage(
  attributions: readonly Attribution[],
  options: AttributionPageOptions = {},
): Page {
  const [first] = attributions;
  const { subject, target } = first!;
  const answers = target.answers.map(({ text }) => `“${labelText(text)}”`).join(' rather than ');
  const title = options.title ?? `Why ${answers || target.name}? ${modelName(subject)}`;
  return staticPage({
    title,
    what: 'An attribution page',
    subject,
    about: [attributionTitle(first!).subtitle],
    sections: [
      ...(attributions.length > 1 ? [overview(attributions, options.agreement)] : []),
      ...attributions.map((each) => attributionSection(each)),
      ...(attributions.some(hasCurves) ? [curves(attributions)] : []),
    ],
  });
}

function curves(attributions: readonly Attribution[]): string {
  const { svg } = faithfulnessCurves(attributions, { width: 860 });
  return `<section aria-label="Curves"><div class="picture">${svg}</div><p class="note">The grey band is what random rankings of the same features do.</p></section>`;
}

function overview(
  attributions: readonly Attribution[],
  agreement: AttributionPageOptions['agreement'],
): string {
  const names = attributions.map(({ method }) => methodTitle(method));
  const rows = attributions.map((attribution, i) => {
    const { features, values, verdict } = attribution;
    const top = [...features.keys()].sort((a, b) => values.data[b]! - values.data[a]!).slice(0, 3);
    return row([
      names[i]!,
      top.map((feature) => labelText(features[feature]!.label)).join(', '),
      verdict?.conclusion ?? 'not tested',
      ...(agreement?.[i]?.map((value) => write(value)) ?? []),
    ]);
  });
  const heads = ['method', 'highest', 'verdict', ...(agreement ? names.map((name) => `τ with ${name}`) : [])];
  return `<section aria-label="Side by side"><h2>Side by side</h2><div class="picture">${methodComparison(attributions).svg}</div>${table(heads, rows, 'Methods, what they find, and how they agree (Kendall’s τ)')}</section>`;
}
