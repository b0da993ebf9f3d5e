import { gpt2Small } from '../checkpoints/gpt2.js';
import { withContenders } from '../contenders/contender.js';
import { rowOf } from '../report/row.js';
import { tokenIds } from './token-ids.js';
import type { Work } from './work.js';

/** Whether memory stays where it is while one question follows another. */
export const steadyMemory: Work = {
  name: 'steady-memory',
  summary:
    '1,000 runs of 16 tokens with 100 different interventions in turn; resident memory at the end and early.',
  run: (bench) =>
    withContenders([bench.named.pellucid], async ([pellucid]) => {
      await pellucid!.ask('load', { folder: bench.checkpoints.gpt2Small, threads: bench.threads });
      const runs = Math.max(300, Math.round(1000 * bench.effort));
      const bytes = await pellucid!.ask('intervene', {
        tokenIds: tokenIds(16, gpt2Small.vocabulary),
        runs,
      });
      const work = `resident memory of the last 100 of ${runs} runs with 100 interventions`;
      const early = bytes.slice(100, 200);
      return [
        rowOf(
          { work, unit: 'MB', expectation: { smaller: 1.05 } },
          ['Pellucid', 'itself, runs 101 to 200'],
          [bytes.slice(-100), early],
        ),
      ];
    }),
};
