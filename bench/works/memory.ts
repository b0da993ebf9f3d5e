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
  const [pellucid, ...peers] = bench.contenders;
  const asked = [{ command: pellucid }, ...peers.map((command) => ({ command }))];
  const all = [...asked, { command: pellucid, memory: 'low' } as const];
  const peaks = all.map((): MemoryPeak[] => []);
  const { rounds } = scaled({ rounds: 3, repetitions: 1 }, bench.effort);
  for (let round = 0; round < rounds; round++) {
    for (const [i, each] of all.entries()) peaks[i]!.push(await peakOf(bench, tokens, each));
  }
  const names = bench.contenders.map(({ name }) => name);
  const row = (part: keyof MemoryPeak, what: string, own: readonly MemoryPeak[], how = '') =>
    rowOf(
      {
        ...{ work: `GPT-2 small forward, ${tokens} tokens${how}: ${what}`, unit: 'MB' },
        expectation: { smaller: 0.5 },
      },
      names,
      [own, ...peaks.slice(1, -1)].map((each) => each.map((peak) => peak[part])),
    );
  return [
    row('resident', 'peak memory', peaks[0]!),
    row('anonymous', 'peak anonymous memory', peaks[0]!),
    row('resident', 'peak memory', peaks.at(-1)!, ', memory: low'),
    row('anonymous', 'peak anonymous memory', peaks.at(-1)!, ', memory: low'),
  ];
}

function peakOf(
  bench: Bench,
  tokens: number,
  { command, memory }: { readonly command: Command; readonly memory?: 'low' },
): Promise<MemoryPeak> {
  return withContenders([command], ([contender]) =>
    peakDuring(contender!.id, async () => {
      const folder = bench.checkpoints.gpt2Small;
      await contender!.ask('load', { folder, threads: bench.threads, ...(memory && { memory }) });
      const ids = tokenIds(tokens, gpt2Small.vocabulary);
      await contender!.ask('forward', { tokenIds: ids, logits: 'all', repetitions: 1 });
    }),
  );
}
