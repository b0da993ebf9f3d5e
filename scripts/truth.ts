import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { heatmap } from '../src/figures/index.js';
import type { Grade, GradeMeasure, Grades } from '../src/grade.js';
import { methods } from '../src/methods/index.js';
import { truths } from '../src/truth/index.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const read = (path: string) => readFileSync(join(root, path), 'utf8');

/** The grades that the pages show. */
export function storedGrades(): Grades {
  return JSON.parse(read('bench/truth.json')) as Grades;
}

function gradeIn(grades: Grades, method: string, truth: string): Grade | undefined {
  return grades.grades.find((each) => each.method === method && each.truth === truth);
}

function cell(grade: Grade | undefined, measure: GradeMeasure): string {
  const score = grade?.scores[measure];
  return score ? `${score.mean.toFixed(2)} ±${score.standardError.toFixed(2)}` : '';
}

const rowNames = (): string[] => [...methods.map(({ name }) => name), 'random'];

function table(grades: Grades, measure: GradeMeasure, link: string): string {
  const shown = truths.filter(({ name }) =>
    grades.grades.some((each) => each.truth === name && each.scores[measure]),
  );
  const names = rowNames().filter((method) =>
    shown.some(({ name }) => gradeIn(grades, method, name)?.scores[measure]),
  );
  const rows = names.map((method) => {
    const label = method === 'random' ? '*random*' : `[${method}](methods/${method}.md)`;
    return `| ${[label, ...shown.map(({ name }) => cell(gradeIn(grades, method, name), measure))].join(' | ')} |`;
  });
  return [
    `| | ${shown.map(({ name }) => `[${name}](${link}${name}.md)`).join(' | ')} |`,
    `|---|${shown.map(() => '---|').join('')}`,
    ...rows,
  ].join('\n');
}

const percent = (share: number | null) => (share === null ? '' : `${Math.round(share * 100)} %`);

function verdictTable(grades: Grades): string {
  const rows = truths.map(({ name }) => {
    const own = grades.grades.filter((each) => each.truth === name && each.verdicts !== null);
    const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    const hits = mean(own.map(({ scores }) => scores.hit!.mean));
    const supported = mean(own.map(({ verdicts }) => verdicts!.supported));
    const right = own.map(({ verdicts }) => (verdicts!.hitsOfSupported ?? 0) * verdicts!.supported);
    const others = own.map(({ verdicts }) => (verdicts!.hitsOfOthers ?? 0) * (1 - verdicts!.supported));
    const share = (part: number, whole: number) => percent(whole === 0 ? null : part / whole);
    return `| [${name}](truth/${name}.md) | ${percent(hits)} | ${percent(supported)} | ${share(mean(right), supported)} | ${share(mean(others), 1 - supported)} |`;
  });
  return [
    '| | hits of all | supported | hits of supported | hits of the others |',
    '|---|---|---|---|---|',
    ...rows,
  ].join('\n');
}

/** Mean over the models that a method applies to, each model counting alike. */
function overall(grades: Grades, method: string, measure: GradeMeasure): number | undefined {
  const own = grades.grades.flatMap((each) =>
    each.method === method && each.scores[measure] ? [each.scores[measure].mean] : [],
  );
  return own.length === 0 ? undefined : own.reduce((sum, value) => sum + value, 0) / own.length;
}

function overallTable(grades: Grades): string {
  const rows = rowNames()
    .map((method) => {
      const own = grades.grades.filter((each) => each.method === method);
      const times = own.flatMap(({ milliseconds }) => (milliseconds === null ? [] : [milliseconds]));
      times.sort((a, b) => a - b);
      return {
        ...{ method, hit: overall(grades, method, 'hit') ?? 0, auroc: overall(grades, method, 'auroc') ?? 0 },
        models: own.filter(({ refused }) => refused === null).length,
        time: times[times.length >> 1],
      };
    })
    .sort((a, b) => b.auroc - a.auroc);
  return [
    '| | models | hit@1 | AUROC | milliseconds |',
    '|---|---|---|---|---|',
    ...rows.map(
      ({ method, hit, auroc, models, time }) =>
        `| ${method === 'random' ? '*random*' : `[${method}](methods/${method}.md)`} | ${models} | ${hit.toFixed(2)} | ${auroc.toFixed(2)} | ${time === undefined ? '' : Math.round(time)} |`,
    ),
  ].join('\n');
}

/** The page of all grades. */
export function truthPage(grades: Grades = storedGrades()): string {
  return `# Which method to trust

Small models whose answer is known, because they were built or trained so: each [method](explaining.md) explains examples of them and is
graded by where it has the words that hold the answer. Made by \`npm run bench:truth\` (\`pellucid bench\`): ${grades.examples} examples of each
model, methods with the options that they have by default, ± is one standard error. A test fails when this page is not what the
stored grades say. What these models can and cannot tell is in the [decision](decisions/0019-methods-are-graded-where-the-answer-is-known.md).

![Methods by models: how often the first word is right](images/truth-table.svg)

## All models together

Each model counts alike. Time is of one explanation, the middle one of all models, on one shared processor: read it as an order.

${overallTable(grades)}

## First word right (hit@1)

Share of examples in which the word with the largest score holds the answer. An empty cell: the method does not apply.

${table(grades, 'hit', 'truth/')}

## Rank of the answer (MRR)

The mean of 1 over the rank of the first word that holds the answer.

${table(grades, 'reciprocalRank', 'truth/')}

## Needed words first (precision)

Of the first k words, the share of those that the answer needs, where k are needed.

${table(grades, 'precision', 'truth/')}

## Needed words before others (AUROC)

How often a word that the answer needs has a larger score than one that it does not need; 0.50 is chance.

${table(grades, 'auroc', 'truth/')}

## Against known worths

Where the worth of each word is known (its Shapley value): Pearson's correlation with it.

${table(grades, 'correlation', 'truth/')}

For methods whose scores add up, also the sum of errors over the sum of worths: 0 is exact.

${table(grades, 'error', 'truth/')}

## Verdicts

How often a [verdict](verdicts.md) calls an explanation supported, over all methods, and how often it then has the right word first.

${verdictTable(grades)}
`;
}

const [start, end] = ['<!-- grades: made by npm run bench:truth -->', '<!-- end of grades -->'];

/** The page of a method with its row of the table, before what is said of where it misleads. */
export function methodPage(page: string, method: string, grades: Grades = storedGrades()): string {
  const own = truths.map(({ name }) => gradeIn(grades, method, name));
  const row = (measure: GradeMeasure) => own.map((each) => cell(each, measure)).join(' | ');
  const block = `${start}
How often its first word is right, and needed words before others, on [models whose answer is known](../truth.md):

| | ${truths.map(({ name }) => `[${name}](../truth/${name}.md)`).join(' | ')} |
|---|${truths.map(() => '---|').join('')}
| hit@1 | ${row('hit')} |
| AUROC | ${row('auroc')} |
${end}

`;
  const from = page.indexOf(start);
  const rest = from < 0 ? page : page.slice(0, from) + page.slice(page.indexOf(end) + end.length + 2);
  return rest.replace(/^## When it misleads/m, `${block.replaceAll('$', '$$$$')}## When it misleads`);
}

/** The picture: methods by models, blank where a method does not apply. */
export function truthTable(grades: Grades = storedGrades()): string {
  const values = rowNames().map((method) =>
    truths.map(({ name }) => gradeIn(grades, method, name)?.scores.hit?.mean ?? Number.NaN),
  );
  return heatmap(
    { values, rows: rowNames(), columns: truths.map(({ name }) => name) },
    {
      title: 'First word right',
      annotate: 'always',
      vmin: 0,
      vmax: 1,
      mask: (_row, _column, value) => Number.isNaN(value),
      cellSize: 44,
      colorbar: { label: 'share of examples' },
    },
  ).svg;
}

async function write(): Promise<void> {
  const grades = storedGrades();
  writeFileSync(join(root, 'docs/truth.md'), truthPage(grades));
  writeFileSync(join(root, 'docs/images/truth-table.svg'), truthTable(grades));
  for (const { name } of methods) {
    const path = `docs/methods/${name}.md`;
    writeFileSync(join(root, path), methodPage(read(path), name, grades));
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await write();
