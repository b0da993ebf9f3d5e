import { gpt2Small } from '../checkpoints/gpt2.js';
import { withContenders } from '../contenders/contender.js';
import { operationsPerRow } from '../contenders/multiply.js';
import { type Row, rowOf } from '../report/row.js';
import { alternate, scaled } from './alternate.js';
import { tokenIds } from './token-ids.js';
import type { Work } from './work.js';

const lengths = [
  { tokens: 128, rounds: { rounds: 5, repetitions: 3 } },
  { tokens: 512, rounds: { rounds: 4, repetitions: 1 } },
  { tokens: 1024, rounds: { rounds: 3, repetitions: 1, warmUp: 1 } },
] as const;

/** How near a run comes to what the processor can do at best in matrix products. */
export const hardwareShare: Work = {
  name: 'hardware-share',
  summary: 'The rate of arithmetic of a run, beside that of nothing but matrix products in the same engine.',
  run: (bench) =>
    withContenders([bench.named.pellucid, bench.named.pellucid], async ([model, products]) => {
      await model!.ask('load', { folder: bench.checkpoints.gpt2Small, threads: bench.threads });
      const rows: Row[] = [];
      for (const { tokens, rounds } of lengths) {
        bench.tell(`hardware share, ${tokens} tokens`);
        const ids = tokenIds(tokens, gpt2Small.vocabulary);
        const turns = [
          async (repetitions: number) =>
            (await model!.ask('everything', { tokenIds: ids, capture: 'streams', repetitions })).milliseconds,
          (repetitions: number) => products!.ask('multiply', { rows: tokens, repetitions }),
        ];
        const [run, multiply] = await alternate(turns, scaled(rounds, bench.effort));
        const rates = [
          run!.map((milliseconds) => operations(tokens) / milliseconds / 1e6),
          multiply!.map((milliseconds) => (tokens * operationsPerRow) / milliseconds / 1e6),
        ];
        const work = `rate of a run with every pattern and residual stream, ${tokens} tokens`;
        const names = ['Pellucid', 'matrix products alone'];
        const argument = { tokenIds: ids, capture: 'streams' };
        const profiled = { operation: 'everything' as const, argument };
        rows.push(rowOf({ work, unit: 'GFLOP/s', expectation: { faster: 0.85 }, profiled }, names, rates));
      }
      return rows;
    }),
};

/** Of the matrix products of a GPT-2 run with all logits; an addition counts as an operation, as a multiplication. */
function operations(tokens: number): number {
  const { layers, width, vocabulary } = gpt2Small;
  const weights = 12 * width * width;
  const attention = 2 * tokens * width;
  return 2 * tokens * (layers * (weights + attention) + width * vocabulary);
}
