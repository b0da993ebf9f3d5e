import { bertBase } from '../checkpoints/bert.js';
import { gpt2Small } from '../checkpoints/gpt2.js';
import { withContenders } from '../contenders/contender.js';
import { type Expectation, type Row, rowOf } from '../report/row.js';
import { alternate, type Rounds, scaled } from './alternate.js';
import { compareSamples } from './same-work.js';
import { tokenIds } from './token-ids.js';
import type { Bench, Work } from './work.js';

/** One checkpoint, one length, one amount of logits. */
interface Case {
  readonly work: string;
  readonly tokenIds: readonly number[];
  readonly logits: 'all' | 'last';
  readonly rounds: Rounds;
  readonly expectation: Expectation | undefined;
}

const lengths: readonly { tokens: number; rounds: Rounds }[] = [
  { tokens: 16, rounds: { rounds: 8, repetitions: 10 } },
  { tokens: 128, rounds: { rounds: 8, repetitions: 5 } },
  { tokens: 512, rounds: { rounds: 8, repetitions: 2 } },
];

/** The attention patterns of all layers and heads of a warm model. */
export const forward: Work = {
  name: 'forward',
  summary: 'A warm model runs 16, 128 and 512 tokens and returns every attention pattern.',
  async run(bench) {
    const gpt2 = lengths.flatMap(({ tokens, rounds }) =>
      (['all', 'last'] as const).map((logits) => ({
        work: `GPT-2 small forward, ${tokens} tokens, ${logits === 'all' ? 'all logits' : 'last logits'}`,
        tokenIds: tokenIds(tokens, gpt2Small.vocabulary),
        logits,
        rounds,
        expectation: { faster: 1 },
      })),
    );
    const prepacked = gpt2.map((each) => ({ ...each, work: `${each.work}, prepack: true` }));
    const bert: Case = {
      work: 'BERT base forward, 128 tokens, all logits',
      tokenIds: tokenIds(128, bertBase.vocabulary),
      logits: 'all',
      rounds: lengths[1]!.rounds,
      expectation: undefined,
    };
    return [
      ...(await runCases(bench, bench.checkpoints.gpt2Small, gpt2)),
      ...(await runCases(bench, bench.checkpoints.gpt2Small, prepacked, true)),
      ...(await runCases(bench, bench.checkpoints.bertBase, [bert])),
    ];
  },
};

function runCases(bench: Bench, folder: string, cases: readonly Case[], prepack?: true): Promise<Row[]> {
  return withContenders(bench.contenders, async (contenders) => {
    const names = contenders.map(({ name }) => name);
    for (const contender of contenders) {
      const own = prepack && contender === contenders[0] ? { prepack: true as const } : {};
      await contender.ask('load', { folder, threads: bench.threads, ...own });
    }
    const rows: Row[] = [];
    for (const { work, tokenIds, logits, rounds, expectation } of cases) {
      bench.tell(work);
      const difference = await compareSamples(contenders, tokenIds);
      const turns = contenders.map(
        (contender) => (repetitions: number) => contender.ask('forward', { tokenIds, logits, repetitions }),
      );
      const measured = await alternate(turns, scaled(rounds, bench.effort));
      const note = `${work}: patterns and logits of both sides differ by at most ${difference.toExponential(0)}.`;
      const argument = { tokenIds, logits };
      const profiled = { operation: 'forward' as const, argument, ...(prepack ? { prepack } : {}) };
      const row = rowOf({ work, unit: 'ms', expectation, profiled }, names, measured);
      rows.push(row.peer && logits === 'all' ? { ...row, note } : row);
    }
    return rows;
  });
}
