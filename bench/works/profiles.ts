import { withContenders } from '../contenders/contender.js';
import { profileLine } from '../report/profile-line.js';
import { isMet, type Row } from '../report/row.js';
import type { Bench } from './work.js';

/** For each work whose expectation is not met a line that tells where its time goes. */
export async function profilesOf(rows: readonly Row[], bench: Bench): Promise<string[]> {
  const lines = new Map<string, string>();
  for (const row of rows) {
    if (isMet(row) !== false || !row.profiled || lines.has(row.work)) continue;
    bench.tell(`profile of ${row.work}`);
    const request = { ...row.profiled, folder: row.profiled.folder ?? bench.checkpoints.gpt2Small };
    const found = await withContenders([bench.named.pellucid], ([pellucid]) =>
      pellucid!.ask('profile', request),
    );
    lines.set(row.work, profileLine(row.work, found));
  }
  return [...lines.values()];
}
