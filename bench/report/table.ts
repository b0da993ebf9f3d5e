import { type Figure, isMet, type Row, ratioOf } from './row.js';

const headings = ['work', 'against', 'Pellucid', 'peer', 'ratio', 'expected', 'met'];

/** Rows as aligned text for a terminal. */
export function textTable(rows: readonly Row[]): string {
  const lines = [headings, ...rows.map(cells)];
  const widths = headings.map((_, column) => Math.max(...lines.map((line) => line[column]!.length)));
  const written = lines.map((line) =>
    line.map((cell, i) => (i < 2 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join('   '),
  );
  return written.map((line) => line.trimEnd()).join('\n');
}

/** Rows as a table of Markdown. */
export function markdownTable(rows: readonly Row[]): string {
  const line = (parts: readonly string[]) => `| ${parts.join(' | ')} |`;
  return [line(headings), '|---|---|--:|--:|--:|--:|:-:|', ...rows.map((row) => line(cells(row)))].join('\n');
}

function cells(row: Row): string[] {
  const ratio = ratioOf(row);
  const met = isMet(row);
  return [
    row.work,
    row.peer?.name ?? (row.missing ? `${row.missing} (not installed)` : '–'),
    written(row.pellucid, row.unit),
    row.peer ? written(row.peer, row.unit) : '–',
    ratio === undefined ? '–' : `${ratio.toFixed(2)}×`,
    expected(row),
    met === undefined ? '–' : met ? 'yes' : 'no',
  ];
}

function expected({ expectation }: Row): string {
  if (!expectation) return '–';
  return 'faster' in expectation ? `≥ ${expectation.faster}×` : `≤ ${expectation.smaller}×`;
}

/** `431 ms (428–440)`: the median, and the quartiles. */
function written({ spread }: Figure, unit: Row['unit']): string {
  const number = (value: number) => {
    const inUnit = unit === 'MB' ? value / 1e6 : value;
    return inUnit.toFixed(inUnit < 20 ? 1 : 0);
  };
  const quartiles = [spread.lowerQuartile, spread.upperQuartile].map(number).join('–');
  return `${number(spread.median)} ${unit} (${quartiles})`;
}
