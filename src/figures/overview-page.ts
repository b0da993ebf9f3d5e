import { format } from 'd3-format';
import type { AblationFinding, Attention, Overview } from '../explanations/index.js';
import type { Page } from './attention-page.js';
import { findingTitle, targetText } from './drawing/attribution-text.js';
import { modelName } from './drawing/description.js';
import { labelText } from './drawing/labels.js';
import { escapeText } from './drawing/svg.js';
import type { FigureDefinition } from './figure.js';
import { heatmap } from './heatmap.js';
import { attributionSection, headingOf, measures } from './page/attribution-section.js';
import { staticPage } from './page/static-page.js';
import { row, table } from './page/table.js';

/** Options of {@link overviewPage}. */
export interface OverviewPageOptions {
  /** Heading and name of the page. */
  readonly title?: string;
  /** The attention of one head, to be drawn: that of the finding. */
  readonly attention?: Attention;
  /** The command that makes the page again. */
  readonly command?: string;
}

/** What the catalogue says of this figure. */
export const overviewPageFigure: FigureDefinition = {
  name: 'overview-page',
  summary:
    'One page with what a model answers, the most telling things found about it, and how each was tested.',
  draws: ['overview'],
  formats: ['html'],
};

const write = format('.3~g');

/**
 * Makes one self-contained page of an overview: answers, findings with their verdicts, the attention of a head, and how to
 * make it again. It loads nothing and runs nothing.
 */
export function overviewPage(overview: Overview, options: OverviewPageOptions = {}): Page {
  const { subject, target, attribution, head, mlp, notes } = overview;
  const { attention, command } = options;
  const [answer] = target?.answers ?? [];
  const asked = answer ? `Why “${labelText(answer.text)}”?` : 'What is seen';
  const picture = attention && heatmap(attention, { annotate: true }).svg;
  const explained = target ? [`Every finding explains the ${targetText(target)}.`] : [];
  return staticPage({
    title: options.title ?? `${asked} ${modelName(subject)}`,
    what: 'An overview',
    subject,
    about: [...explained, ...notes],
    sections: [
      answers(overview),
      ...(attribution ? [attributionSection(attribution, 'The words that it rests on')] : []),
      ...(head ? [finding(head, overview, picture)] : []),
      ...(mlp ? [finding(mlp, overview)] : []),
      ...(!head && picture ? [section('Attention', headingOf('Attention', null), drawn(picture))] : []),
      again(overview, command),
    ],
  });
}

function answers({ predictions, tokens, decoderTokens }: Overview): string {
  const shown = decoderTokens ?? tokens;
  const rows = predictions.flatMap(({ position, candidates }) =>
    candidates.map(({ text, probability, score }) =>
      row([
        labelText(text),
        position === null ? '' : `${position}: ${labelText(shown[position]!)}`,
        probability === null ? '' : `${(100 * probability).toFixed(1)} %`,
        write(score),
      ]),
    ),
  );
  const content =
    rows.length === 0
      ? '<p>This model predicts nothing.</p>'
      : table(['answer', 'at', 'probability', 'score'], rows, 'The most probable first');
  return section('Answers', headingOf('What the model answers', null), content);
}

function finding(found: AblationFinding, overview: Overview, picture?: string): string {
  const { verdict, part } = found;
  const title = `The ${part === 'head' ? 'head' : 'MLP'} that matters most: ${findingTitle(found, overview)}`;
  return section(
    title,
    headingOf(title, verdict),
    `<p>${escapeText(verdict.reason)}</p>`,
    picture
      ? `${drawn(picture)}<p class="note">Where this head looks: a row for each token that attends.</p>`
      : '',
    `<details><summary>Measures</summary>${measures(verdict.measures, 'the others')}<p class="note">${escapeText(verdict.rule)}</p></details>`,
  );
}

function drawn(picture: string): string {
  return `<div class="picture">${picture}</div>`;
}

function again({ subject, cost }: Overview, command: string | undefined): string {
  const { model, text, pair } = subject;
  const input = pair === null ? JSON.stringify(text) : JSON.stringify({ text, pair });
  const code = [
    "import { loadModel, overview } from 'pellucid';",
    '',
    `const model = await loadModel(${JSON.stringify(model)});`,
    `const found = await overview(model, ${text === null ? '{ tokenIds }' : input});`,
  ].join('\n');
  const parts = [...(command === undefined ? [] : [command]), code];
  return section(
    'Make it again',
    headingOf('Make it again', null),
    ...parts.map((part) => `<pre>${escapeText(part)}</pre>`),
    `<p class="note">The findings and their tests took ${cost} passes of the model. Weights: ${escapeText(subject.contentHash)}</p>`,
  );
}

function section(name: string, ...parts: readonly string[]): string {
  return `<section aria-label="${escapeText(name)}">\n${parts.filter((part) => part !== '').join('\n')}\n</section>`;
}
