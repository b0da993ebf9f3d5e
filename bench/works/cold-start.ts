import { join } from 'node:path';
import { randomText } from '../checkpoints/words.js';
import { type Command, Contender } from '../contenders/contender.js';
import { type Row, rowOf } from '../report/row.js';
import { alternate, scaled } from './alternate.js';
import type { Bench, Work } from './work.js';

/** From nothing to the first result, and to the first picture, as a person who types a command meets it. */
export const coldStart: Work = {
  name: 'cold-start',
  summary:
    'A new process opens GPT-2 small, reads a short text and says what comes next, or writes one head as an annotated PNG.',
  async run(bench) {
    const picture = join(bench.scratch, 'first.png');
    return [
      await coldRow(bench, bench.firstResults, [], { work: 'cold start to first result', faster: 8 }),
      await coldRow(bench, bench.firstPictures, [picture], {
        work: 'cold start to first picture',
        faster: 5,
      }),
    ];
  },
};

async function coldRow(
  bench: Bench,
  programs: readonly Command[],
  files: readonly string[],
  { work, faster }: { readonly work: string; readonly faster: number },
): Promise<Row> {
  const steps = new Map<string, string>();
  const extra = [bench.checkpoints.gpt2Small, randomText(60), ...files, String(bench.threads)];
  const turns = programs.map((command) => async (repetitions: number) => {
    const milliseconds = [];
    for (let each = 0; each < repetitions; each++) {
      const first = await timed({ ...command, arguments: [...command.arguments, ...extra] });
      steps.set(command.name, first.steps);
      milliseconds.push(first.milliseconds);
    }
    return milliseconds;
  });
  const measured = await alternate(turns, scaled({ rounds: 7, repetitions: 1 }, bench.effort));
  const note = `Steps of the last process: ${[...steps].map(([name, each]) => `${name} ${each}`).join('; ')}.`;
  const names = programs.map(({ name }) => name);
  return rowOf({ work, unit: 'ms', note: `${work}. ${note}`, expectation: { faster } }, names, measured);
}

/** Time from the start of the process until it says that it is done. */
async function timed(command: Command) {
  const start = performance.now();
  const contender = new Contender(command);
  try {
    const line = await contender.nextLine();
    const milliseconds = performance.now() - start;
    const steps = Object.entries(JSON.parse(line) as Record<string, number>);
    return { milliseconds, steps: steps.map(([name, each]) => `${name} ${each.toFixed(0)} ms`).join(', ') };
  } finally {
    await contender.close();
  }
}
