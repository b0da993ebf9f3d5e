import { gpt2Small } from '../checkpoints/gpt2.js';
import { withContenders } from '../contenders/contender.js';
import { rowOf } from '../report/row.js';
import { alternate, scaled } from './alternate.js';
import { tokenIds } from './token-ids.js';
import type { Work } from './work.js';

/** What it costs to keep values, measured against the same run that keeps only the logits. */
export const captureCost: Work = {
  name: 'capture-cost',
  summary: 'A run of 128 tokens with values kept, beside the same run without.',
  run: (bench) =>
    withContenders([bench.named.pellucid], async ([pellucid]) => {
      await pellucid!.ask('load', { folder: bench.checkpoints.gpt2Small, threads: bench.threads });
      const ids = tokenIds(128, gpt2Small.vocabulary);
      const captures = ['nothing', 'streams', 'hooks'] as const;
      const turns = captures.map(
        (capture) => async (repetitions: number) =>
          (await pellucid!.ask('everything', { tokenIds: ids, capture, repetitions })).milliseconds,
      );
      const measured = await alternate(turns, scaled({ rounds: 6, repetitions: 4 }, bench.effort));
      const names = ['Pellucid', 'itself, only logits kept'];
      // At most a tenth more time.
      const expectation = { faster: 0.91 };
      return ['every pattern and residual stream', 'every hook point'].map((what, i) =>
        rowOf(
          {
            ...{ work: `cost of keeping ${what}, 128 tokens`, unit: 'ms', expectation },
            profiled: { operation: 'everything', argument: { tokenIds: ids, capture: captures[i + 1] } },
          },
          names,
          [measured[i + 1]!, measured[0]!],
        ),
      );
    }),
};
