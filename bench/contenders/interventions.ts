import type { Model } from '../../src/index.js';

const edits = [
  { edit: 'zero' },
  { edit: 'scale', value: 0.5 },
  { edit: 'add', value: 0.01 },
  { edit: 'scale', value: 0.9 },
  { edit: 'replace', value: 0.1 },
] as const;
const hooks = ['hook_resid_pre', 'attn.hook_z', 'hook_mlp_out', 'attn.hook_pattern'];

/** Resident bytes of this process after each of so many runs, with a hundred interventions in turn. */
export async function intervene(
  model: Model,
  { tokenIds, runs }: { tokenIds: readonly number[]; runs: number },
): Promise<number[]> {
  const hundred = Array.from({ length: 100 }, (_, i) => ({
    hook: `blocks.${Math.floor(i / 20)}.${hooks[Math.floor(i / 5) % 4]}`,
    ...edits[i % 5]!,
  }));
  const bytes: number[] = [];
  for (let i = 0; i < runs; i++) {
    const run = await model.run(
      { tokenIds },
      { interventions: [hundred[i % 100]!], capture: 'blocks.*.hook_resid_post' },
    );
    run.close();
    bytes.push(process.memoryUsage.rss());
  }
  return bytes;
}
