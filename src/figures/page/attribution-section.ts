import { format } from 'd3-format';
import type { Attribution, Measure } from '../../explanations/index.js';
import { errorLines, methodTitle, scoreText, verdictLine } from '../drawing/attribution-text.js';
import { labelText } from '../drawing/labels.js';
import { escapeText } from '../drawing/svg.js';
import { tokenHighlight } from '../token-highlight.js';
import { row, table } from './table.js';

const write = format('.3~g');

/** A heading with the conclusion of a verdict beside it. */
export function headingOf(name: string, verdict: Attribution['verdict']): string {
  const badge = verdict
    ? ` <span class="verdict ${verdict.conclusion.replace(' ', '-')}">${verdict.conclusion}</span>`
    : '';
  return `<h2>${escapeText(name)}${badge}</h2>`;
}

/** An attribution as a section of a page: coloured text, verdict, declared errors, and tables. */
export function attributionSection(attribution: Attribution, name = methodTitle(attribution.method)): string {
  const { features, values, standardError, verdict, aggregation, options, note } = attribution;
  const order = [...features.keys()].sort((a, b) => values.data[b]! - values.data[a]!);
  const used = Object.entries(options).map(([key, value]) => `${key} ${JSON.stringify(value)}`);
  const rows = order.map((i) =>
    row([
      labelText(features[i]!.label),
      features[i]!.positions.join(', '),
      scoreText(attribution, values.data[i]!),
      ...(standardError ? [standardError.data[i]!.toFixed(2)] : []),
    ]),
  );
  const heads = ['feature', 'positions', 'score', ...(standardError ? ['standard error'] : [])];
  const line = verdictLine(attribution);
  return `<section aria-label="${escapeText(name)}">
${headingOf(name, verdict)}
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

/** What was measured, beside random controls. */
export function measures(all: readonly Measure[], controls = 'random rankings'): string {
  const rows = all.map(({ metric, value, better, random }) =>
    row([
      metric,
      write(value),
      better,
      random ? `${write(random.mean)} ± ${write(random.standardError)}` : '',
      random ? String(random.seeds) : '',
    ]),
  );
  const heads = ['measure', 'value', 'better', `${controls} (mean ± standard error)`, 'how many'];
  return table(heads, rows, 'Measures of this finding');
}
