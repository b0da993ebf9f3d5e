import { type Machine, machineLines } from './machine.js';
import { isMet, type Row } from './row.js';
import { markdownTable } from './table.js';

/** `bench/results.md` of one run. */
export function resultsPage(machine: Machine, rows: readonly Row[], notes: readonly string[] = []): string {
  const missed = rows.filter((row) => isMet(row) === false);
  const verdict =
    missed.length === 0
      ? 'Every expectation is met.'
      : `Not met: ${missed.map(({ work, peer }) => `${work} (${peer?.name})`).join('; ')}. [Benchmarks](../docs/benchmarks.md) tells why.`;
  return `# Results of the benchmark

Written by \`npm run bench -- --write\`; [benchmarks](../docs/benchmarks.md) tells what is measured and how. Medians, quartiles in
brackets. The ratio is peer / Pellucid for times and Pellucid / peer for rates (more is better), and Pellucid / peer for memory (less is better).

${machineLines(machine)
  .map((line) => `- ${line}`)
  .join('\n')}

${markdownTable(rows)}

${verdict}

${[...rows.flatMap(({ note }) => note ?? []), ...notes].map((each) => `- ${each}`).join('\n')}
`;
}
