import { distance } from 'fastest-levenshtein';
import { PellucidError } from '../errors.js';
import { answersHook } from './architecture.js';

/**
 * The hook points that patterns name, in the order of the computation. A pattern is an exact name or a glob in
 * which `*` stands for any run of characters: `blocks.*.attn.hook_pattern`, `blocks.3.*`, `logits`.
 * @throws PellucidError `not-found` when a pattern matches nothing; the nearest names are offered.
 */
export function matchHooks(patterns: readonly string[], hooks: readonly string[]): string[] {
  const names = hooks.filter((name) => name !== answersHook);
  const found = new Set<string>();
  for (const pattern of patterns) {
    const expression = new RegExp(`^${pattern.split('*').map(literal).join('.*')}$`);
    const matches = names.filter((name) => expression.test(name));
    if (matches.length === 0) {
      throw new PellucidError(
        'not-found',
        `No hook point is named "${pattern}"; the nearest are ${nearest(pattern, names)}.`,
      );
    }
    for (const name of matches) found.add(name);
  }
  return names.filter((name) => found.has(name));
}

/** Names of the axes of a hook point's value, without the batch. */
export function hookAxes(name: string, rank: number): string[] {
  const last = name.slice(name.lastIndexOf('.') + 1);
  if (last === 'hook_pattern' || last === 'hook_attn_scores') return ['head', 'destination', 'source'];
  if (/^hook_[qkvz]$/.test(last)) return ['position', 'head', 'feature'];
  const width = last === 'logits' ? 'class' : 'feature';
  return rank === 1 ? [width] : ['position', width];
}

function literal(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

function nearest(pattern: string, names: readonly string[]): string {
  // Compare with one layer's names and the rest, so that the answer is not the same hook point of three layers.
  const layer = /^blocks\.(\d+)\./.exec(pattern)?.[1] ?? '0';
  const candidates = names.filter(
    (name) => !name.startsWith('blocks.') || name.startsWith(`blocks.${layer}.`),
  );
  const pool = candidates.length > 0 ? candidates : names;
  const ranked = pool
    .map((name) => ({ name, edits: distance(pattern, name) }))
    .sort((a, b) => a.edits - b.edits);
  return ranked
    .slice(0, 3)
    .map(({ name }) => `"${name}"`)
    .join(', ');
}
