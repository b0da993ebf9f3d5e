import type { Graph } from '../graph/index.js';
import type { ExecutionRow } from './executor.js';

/** Some variants of a sweep that run side by side. */
export interface SweepPart {
  /** Indices of the variants. */
  readonly members: readonly number[];
  /** The hook point that they start from, as it is in the clean run; undefined where they start from the tokens. */
  readonly resume: string | undefined;
}

/** Tokens in one batch of a sweep: long enough to keep the processor busy, short enough for its caches and memory. */
const tokensAtOnce = 1024;

/**
 * Groups the variants of a sweep by the first block that they edit, and cuts the groups into batches. A group starts
 * from the residual stream that enters that block, which no edit has changed yet, unless a wanted output lies before.
 * @param outputs undefined where all start from the tokens
 */
export function planSweep(
  rows: readonly ExecutionRow[],
  graph: Graph,
  outputs: readonly string[] | undefined,
): SweepPart[] {
  const order = new Map(graph.hooks.map((name, i) => [name, i]));
  const groups = new Map<string | undefined, number[]>();
  for (const [i, { edits = [] }] of rows.entries()) {
    const placed = edits.toSorted((a, b) => order.get(a.hook)! - order.get(b.hook)!);
    const start = placed[0] && startOf(placed[0].hook);
    const place = start === undefined ? 0 : (order.get(start) ?? 0);
    const late = outputs?.every((name) => (order.get(name) ?? Number.POSITIVE_INFINITY) >= place);
    const resume = place > 0 && late ? start : undefined;
    groups.set(resume, [...(groups.get(resume) ?? []), i]);
  }
  const most = Math.max(1, Math.floor(tokensAtOnce / (rows[0]?.tokens.length ?? 1)));
  return [...groups].flatMap(([resume, members]) =>
    Array.from({ length: Math.ceil(members.length / most) }, (_, i) => ({
      resume,
      members: members.slice(i * most, (i + 1) * most),
    })),
  );
}

/** The hook point at which the block of another begins; undefined outside the blocks and in a first one. */
function startOf(hook: string): string | undefined {
  const [block, layer] = /^(?:encoder\.|decoder\.)?blocks\.(\d+)\./.exec(hook) ?? [];
  return block === undefined || layer === '0' ? undefined : `${block}hook_resid_pre`;
}
