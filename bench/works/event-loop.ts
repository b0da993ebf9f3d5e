import { gpt2Small } from '../checkpoints/gpt2.js';
import { withContenders } from '../contenders/contender.js';
import { type Row, rowOf } from '../report/row.js';
import { scaled } from './alternate.js';
import { tokenIds } from './token-ids.js';
import type { Work } from './work.js';

/** Milliseconds that a timer may be late. */
const allowed = 50;

/** How long a program cannot do anything else while it runs a model: its timers wait, a server does not answer. */
export const eventLoop: Work = {
  name: 'event-loop',
  summary: 'The longest time between two firings of a timer during a run that keeps everything.',
  run: (bench) =>
    withContenders([bench.named.pellucid], async ([pellucid]) => {
      await pellucid!.ask('load', { folder: bench.checkpoints.gpt2Small, threads: bench.threads });
      const { rounds } = scaled({ rounds: 5, repetitions: 1 }, bench.effort);
      const rows: Row[] = [];
      for (const [what, length, texts] of [
        ['a run', 512, 1],
        ['a run', 1024, 1],
        ['two texts of unequal length', 512, 2],
      ] as const) {
        const work = `longest pause of the caller during ${what}, ${length} tokens`;
        bench.tell(work);
        const ids = tokenIds(length, gpt2Small.vocabulary);
        const request = { inputs: [ids, ids.slice(5)].slice(0, texts) };
        await pellucid!.ask('longestPause', { ...request, repetitions: 1 });
        const pauses = await pellucid!.ask('longestPause', { ...request, repetitions: rounds });
        const expectation = { faster: 1 };
        rows.push(
          rowOf({ work, unit: 'ms', expectation }, ['Pellucid', 'what is allowed'], [pauses, [allowed]]),
        );
      }
      return rows;
    }),
};
