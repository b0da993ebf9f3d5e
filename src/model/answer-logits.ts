import { type Graph, restrictTo } from '../graph/index.js';
import { answersHook } from './architecture.js';

/**
 * The logits that an answer is read from: those of the answer positions, unless one of the hook points that matter to it
 * (because they are edited, or differentiated) lies on the way to the logits of all positions only: `logits`,
 * `unembed.hook_in`.
 */
export function answerLogits(graph: Graph, hooks: readonly string[]): string {
  if (!graph.values.has(answersHook)) return 'logits';
  if (hooks.length === 0) return answersHook;
  const behind = (name: string) => {
    const needed = restrictTo(graph, [name]);
    const names = [
      ...needed.inputs.map((input) => input.name),
      ...needed.nodes.flatMap((node) => node.outputs),
    ];
    return new Set(names);
  };
  const [some, all] = [behind(answersHook), behind('logits')];
  return hooks.some((name) => all.has(name) && !some.has(name)) ? 'logits' : answersHook;
}
