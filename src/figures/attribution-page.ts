import { format } from 'd3-format';
import type { Attribution, Measure } from '../explanations/index.js';
import type { Page } from './attention-page.js';
import {
  attributionTitle,
  errorLines,
  methodTitle,
  signed,
  verdictLine,
} from './drawing/attribution-text.js';
import { modelName } from './drawing/description.js';
import { labelText } from './drawing/labels.js';
import { escapeText } from './drawing/svg.js';
import type { FigureDefinition } from './figure.js';
import { extensionOf } from './output/extension.js';
import { requireHtml } from './output/require-html.js';
import { writeFile } from './output/write-file.js';
import { attributionStyle } from './page/attribution-style.js';
import { tokenHighlight } from './token-highlight.js';

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
  const title = options.title ?? `Why ${answers || target.name}? ${modelName(subject.model)}`;
  const quoted = [subject.text, subject.pair].filter((part): part is string => part !== null);
  const html = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
<link rel="icon" href="data:,">
<title>${escapeText(title)}</title>
<style>${attributionStyle}</style>
</head>
<body>
<main>
<h1><bdi>${escapeText(title)}</bdi></h1>
<p class="about">${quoted.map((part) => `“<bdi>${escapeText(part)}</bdi>”`).join(' and ')}</p>
<p class="about">${escapeText(attributionTitle(first!).subtitle)}</p>
${attributions.length > 1 ? overview(attributions, options.agreement) : ''}
${attributions.map(section).join('\n')}
</main>
</body>
</html>
`;
  return {
    title,
    html,
    async save(path) {
      requireHtml(extensionOf(path), path, 'An attribution page');
      await writeFile(path, html);
    },
  };
}

function section(attribution: Attribution): string {
  const { method, features, values, standardError, verdict, aggregation, options, note } = attribution;
  const name = methodTitle(method);
  const order = [...features.keys()].sort((a, b) => values.data[b]! - values.data[a]!);
  const used = Object.entries(options).map(([key, value]) => `${key} ${JSON.stringify(value)}`);
  const rows = order.map((i) =>
    row([
      labelText(features[i]!.label),
      features[i]!.positions.join(', '),
      signed(values.data[i]!),
      ...(standardError ? [standardError.data[i]!.toFixed(2)] : []),
    ]),
  );
  const heads = ['feature', 'positions', 'score', ...(standardError ? ['standard error'] : [])];
  const line = verdictLine(attribution);
  return `<section aria-label="${escapeText(name)}">
<h2>${escapeText(name)}${verdict ? ` <span class="verdict ${verdict.conclusion.replace(' ', '-')}">${verdict.conclusion}</span>` : ''}</h2>
<div class="picture">${tokenHighlight({ ...attribution, verdict: null, errors: [] }, { title: false, width: 860 }).svg}</div>
${[
  line,
  ...errorLines(attribution),
  note,
  `Scores: ${aggregation}${used.length > 0 ? ` (${used.join(', ')})` : ''}.`,
]
  .filter((text) => text !== undefined && text !== null)
  .map((text) => `<p>${escapeText(text)}</p>`)
  .join('\n')}
<details><summary>Scores as a table</summary>${table(heads, rows, `Scores of ${name}, the highest first`)}</details>
${verdict && verdict.measures.length > 0 ? `<details><summary>Measures beside random rankings</summary>${measures(verdict.measures)}<p class="note">${escapeText(verdict.rule)}</p></details>` : ''}
</section>`;
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
  return `<section aria-label="Side by side"><h2>Side by side</h2>${table(heads, rows, 'Methods, what they find, and how they agree (Kendall’s τ)')}</section>`;
}

function measures(all: readonly Measure[]): string {
  const rows = all.map(({ metric, value, better, random }) =>
    row([
      metric,
      write(value),
      better,
      random ? `${write(random.mean)} ± ${write(random.standardError)}` : '',
      random ? String(random.seeds) : '',
    ]),
  );
  const heads = ['measure', 'value', 'better', 'random rankings (mean ± standard error)', 'how many'];
  return table(heads, rows, 'Measures of this explanation');
}

function table(heads: readonly string[], rows: readonly string[], caption: string): string {
  return `<table><caption>${escapeText(caption)}</caption><thead><tr>${heads.map((head) => `<th scope="col">${escapeText(head)}</th>`).join('')}</tr></thead><tbody>${rows.join('')}</tbody></table>`;
}

function row([name, ...cells]: readonly string[]): string {
  return `<tr><th scope="row"><bdi>${escapeText(name!)}</bdi></th>${cells.map((cell) => `<td>${escapeText(cell)}</td>`).join('')}</tr>`;
}
