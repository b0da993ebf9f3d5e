import { gpt2Small } from '../checkpoints/gpt2.js';
import type { Row } from '../report/row.js';
import { sideBySide } from './side-by-side.js';
import { tokenIds } from './token-ids.js';
import type { Work } from './work.js';

const lengths = [
  { tokens: 16, faster: 1.3, rounds: { rounds: 5, repetitions: 5 } },
  { tokens: 128, faster: 1.2, rounds: { rounds: 5, repetitions: 3 } },
  { tokens: 512, faster: 1.05, rounds: { rounds: 4, repetitions: 1, warmUp: 1 } },
  { tokens: 1024, faster: 1.05, rounds: { rounds: 3, repetitions: 1, warmUp: 0 } },
] as const;

/** What is kept of a run as a matter of course in the study of a model's inside. */
export const everything: Work = {
  name: 'everything',
  summary: 'A warm model runs and returns every attention pattern, every residual stream and all logits.',
  async run(bench) {
    const rows: Row[] = [];
    for (const { tokens, faster, rounds } of lengths) {
      const found = await sideBySide(bench, {
        work: `every pattern and residual stream, ${tokens} tokens`,
        operation: 'everything',
        argument: { tokenIds: tokenIds(tokens, gpt2Small.vocabulary), capture: 'streams' },
        rounds,
        against: [
          { peer: 'transformers', expectation: { faster } },
          { peer: 'transformerLens', expectation: { faster: 2 } },
          // One length tells: it is the same model as that of transformers, and what tracing it costs.
          ...(tokens === 128 ? [{ peer: 'nnsight', expectation: undefined } as const] : []),
        ],
      });
      rows.push(...found);
    }
    return rows;
  },
};
