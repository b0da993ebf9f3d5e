import type { Profile } from '../contenders/profile.js';

/** Where the time of a piece of work goes, in a line: the largest part first. */
export function profileLine(work: string, { milliseconds, kinds }: Profile): string {
  const inside = Object.values(kinds).reduce((sum, each) => sum + each, 0);
  const parts = Object.entries({ ...kinds, 'outside the operators': Math.max(0, milliseconds - inside) })
    .sort(([, a], [, b]) => b - a)
    .map(([kind, each]) => `${kind} ${each.toFixed(0)} ms`);
  return `${work}, where ${milliseconds.toFixed(0)} ms go (while a trace is written): ${parts.join(', ')}.`;
}
