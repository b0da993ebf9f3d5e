import { join } from 'node:path';
import { randomText } from '../checkpoints/words.js';
import { type Command, Contender } from '../contenders/contender.js';
import { rowOf } from '../report/row.js';
import { alternate, scaled } from './alternate.js';
import type { Work } from './work.js';

/** From nothing to the first picture, as a person who types a command meets it. */
export const coldStart: Work = {
  name: 'cold-start',
  summary: 'A new process opens GPT-2 small, reads a short text and writes one head as an annotated PNG.',
  async run(bench) {
    const text = randomText(60);
    const steps = new Map<string, string>();
    const turns = bench.firstPictures.map((command, i) => async (repetitions: number) => {
      const milliseconds = [];
      for (let each = 0; each < repetitions; each++) {
        const file = join(bench.scratch, `${i}.png`);
        const extra = [bench.checkpoints.gpt2Small, text, file, String(bench.threads)];
        const first = await firstPicture({ ...command, arguments: [...command.arguments, ...extra] });
        steps.set(command.name, first.steps);
        milliseconds.push(first.milliseconds);
      }
      return milliseconds;
    });
    const measured = await alternate(turns, scaled({ rounds: 7, repetitions: 1 }, bench.effort));
    const note = `Cold start, steps of the last process: ${[...steps].map(([name, each]) => `${name} ${each}`).join('; ')}.`;
    const names = bench.firstPictures.map(({ name }) => name);
    return [
      rowOf(
        { work: 'cold start to first picture', unit: 'ms', note, expectation: { faster: 5 } },
        names,
        measured,
      ),
    ];
  },
};

/** Time from the start of the process until it says that its picture is on the disk. */
async function firstPicture(command: Command) {
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
