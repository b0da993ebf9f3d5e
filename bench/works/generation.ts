import { gpt2Small } from '../checkpoints/gpt2.js';
import type { Row } from '../report/row.js';
import { sideBySide } from './side-by-side.js';
import { tokenIds } from './token-ids.js';
import type { Work } from './work.js';

/** Greedy generation, bare and with everything kept that attention pages show. */
export const generation: Work = {
  name: 'generation',
  summary: '64 tokens after a prompt of 16, greedy, without and with patterns and residual streams kept.',
  async run(bench) {
    const rows: Row[] = [];
    for (const capture of [false, true]) {
      const found = await sideBySide(bench, {
        work: `generation of 64 tokens, ${capture ? 'patterns and residual streams kept' : 'nothing kept'}`,
        operation: 'generate',
        argument: { tokenIds: tokenIds(16, gpt2Small.vocabulary), newTokens: 64, capture },
        rounds: { rounds: 3, repetitions: 1, warmUp: 0 },
        against: [
          { peer: 'transformers', expectation: { faster: 1.2 } },
          { peer: 'transformerLens', expectation: { faster: 2 } },
        ],
      });
      rows.push(...found);
    }
    return rows;
  },
};
