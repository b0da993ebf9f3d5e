import { type Machine, machineLines } from './machine.js';
import { isMet, type Row } from './row.js';
import { markdownTable } from './table.js';

/** What is told besides the rows. */
export interface PageOptions {
  readonly notes?: readonly string[];
  /** Whether each measurement was made a few times only. */
  readonly quick?: boolean;
}

/** `bench/results.md` of one run. */
export function resultsPage(
  machine: Machine,
  rows: readonly Row[],
  { notes = [], quick = false }: PageOptions = {},
): string {
  const command = `npm run bench -- ${quick ? '--quick ' : ''}--write`;
  const rounds = quick
    ? ' A quick round, a tenth of the repetitions: good to tell a factor, not a tenth.'
    : '';
  const missed = rows.filter((row) => isMet(row) === false);
  const verdict =
    missed.length === 0
      ? 'Every expectation is met.'
      : `Not met: ${missed.map(({ work, peer }) => `${work} (${peer?.name})`).join('; ')}. [Benchmarks](../docs/benchmarks.md) tells why.`;
  return `# Results of the benchmark

Written by \`${command}\`; [benchmarks](../docs/benchmarks.md) tells what is measured and how.${rounds}
Medians, quartiles in brackets. The ratio is peer / Pellucid for times and Pellucid / peer for rates (more is better), and Pellucid / peer for memory (less is better).

${machineLines(machine)
  .map((line) => `- ${line}`)
  .join('\n')}

${markdownTable(rows)}

${verdict}

${[...rows.flatMap(({ note }) => note ?? []), ...notes].map((each) => `- ${each}`).join('\n')}
`;
}
