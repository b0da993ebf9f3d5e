import { longGpt2 } from '../checkpoints/gpt2.js';
import { withContenders } from '../contenders/contender.js';
import { peakDuring, tellsMemory } from '../contenders/process-memory.js';
import { type Row, rowOf } from '../report/row.js';
import { tokenIds } from './token-ids.js';
import type { Bench, Work } from './work.js';

const tokens = 2500;

/** One method of each kind, with options that leave it few passes: memory does not grow with their number. */
const methods = [
  ['raw-attention', {}],
  ['attention-rollout', {}],
  ['gradient-x-attention', {}],
  ['integrated-gradients', { steps: 4 }],
  ['lime', { samples: 4 }],
] as const;

/** Memory at its highest in a new process that explains an answer to a long text. */
export const longText: Work = {
  name: 'long-text',
  summary: `A new process opens a model of 4 layers, 8 heads and 256 numbers, and explains one logit of ${tokens} tokens; peak memory.`,
  async run(bench) {
    if (!tellsMemory) {
      bench.tell('long-text: only Linux tells the peak of a process, so there are no rows');
      return [];
    }
    const rows: Row[] = [];
    for (const [method, options] of methods) rows.push(await peakOf(bench, method, options));
    return rows;
  },
};

async function peakOf(
  bench: Bench,
  method: string,
  options: Readonly<Record<string, unknown>>,
): Promise<Row> {
  const work = `${method} of ${tokens} tokens: peak memory`;
  bench.tell(work);
  const { resident } = await withContenders([bench.named.pellucid], ([pellucid]) =>
    peakDuring(pellucid!.id, async () => {
      await pellucid!.ask('load', { folder: bench.checkpoints.longGpt2, threads: bench.threads });
      const ids = tokenIds(tokens, longGpt2.vocabulary);
      await pellucid!.ask('explain', { tokenIds: ids, method, options, repetitions: 1 });
    }),
  );
  return rowOf({ work, unit: 'MB', expectation: undefined }, ['Pellucid'], [[resident]]);
}
