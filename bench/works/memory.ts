import { gpt2Small } from '../checkpoints/gpt2.js';
import { type Command, withContenders } from '../contenders/contender.js';
import { type MemoryPeak, peakDuring, tellsMemory } from '../contenders/process-memory.js';
import { type Row, rowOf } from '../report/row.js';
import { scaled } from './alternate.js';
import { tokenIds } from './token-ids.js';
import type { Bench, Work } from './work.js';

/** Memory at its highest in a new process that opens GPT-2 small and runs once. */
export const memory: Work = {
  name: 'memory',
  summary: 'A new process opens GPT-2 small and runs once, every attention pattern and all logits returned.',
  async run(bench) {
    if (!tellsMemory) {
      bench.tell('memory: only Linux tells the peak of a process, so there are no rows');
      return [];
    }
    const rows: Row[] = [];
    for (const tokens of [16, 128, 512]) rows.push(...(await atLength(bench, tokens)));
    return rows;
  },
};

async function atLength(bench: Bench, tokens: number): Promise<Row[]> {
  bench.tell(`memory of a forward, ${tokens} tokens`);
  const peaks = bench.contenders.map((): MemoryPeak[] => []);
  const { rounds } = scaled({ rounds: 3, repetitions: 1 }, bench.effort);
  for (let round = 0; round < rounds; round++) {
    for (const [i, command] of bench.contenders.entries())
      peaks[i]!.push(await peakOf(bench, command, tokens));
  }
  const names = bench.contenders.map(({ name }) => name);
  const row = (part: keyof MemoryPeak, what: string) =>
    rowOf(
      { work: `GPT-2 small forward, ${tokens} tokens: ${what}`, unit: 'MB', expectation: { smaller: 0.5 } },
      names,
      peaks.map((each) => each.map((peak) => peak[part])),
    );
  return [row('resident', 'peak memory'), row('anonymous', 'peak anonymous memory')];
}

function peakOf(bench: Bench, command: Command, tokens: number): Promise<MemoryPeak> {
  return withContenders([command], ([contender]) =>
    peakDuring(contender!.id, async () => {
      await contender!.ask('load', { folder: bench.checkpoints.gpt2Small, threads: bench.threads });
      const ids = tokenIds(tokens, gpt2Small.vocabulary);
      await contender!.ask('forward', { tokenIds: ids, logits: 'all', repetitions: 1 });
    }),
  );
}
