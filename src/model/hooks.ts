import { distance } from 'fastest-levenshtein';
import { PellucidError } from '../errors.js';
import { answersHook } from './architecture.js';
import { isOptionalHook } from './optional-hooks.js';

/**
 * The hook points that patterns name, in the order of the computation. A pattern is an exact name or a glob in
 * which `*` stands for any run of characters: `blocks.*.attn.hook_pattern`, `blocks.3.*`, `logits`. Optional hook points,
 * see {@link isOptionalHook}, are named by patterns that end with their own name: `blocks.*.attn.hook_result`.
 * @throws PellucidError `not-found` when a pattern matches nothing; the nearest names are offered.
 */
export function matchHooks(patterns: readonly string[], hooks: readonly string[]): string[] {
  const names = hooks.filter((name) => name !== answersHook);
  const found = new Set<string>();
  for (const pattern of patterns) {
    // A run of stars is one: each `.*` of a run would try every way to share the same characters.
    const expression = new RegExp(`^${pattern.split(/\*+/).map(literal).join('.*')}$`);
    const matches = names.filter(
      (name) => expression.test(name) && (!isOptionalHook(name) || pattern.endsWith(lastPart(name))),
    );
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
  const last = lastPart(name);
  if (/^hook_(pattern|attn_scores|position_scores)$/.test(last)) return ['head', 'destination', 'source'];
  if (last === 'hook_sink_mass') return ['head', 'destination'];
  if (last === 'hook_expert_indices') return ['position', 'choice'];
  if (last === 'hook_expert_weights' || last === 'hook_router_scores') return ['position', 'expert'];
  if (/^hook_((rot_)?[qkvz]|result|[qkv]_input|attn_in)$/.test(last)) return ['position', 'head', 'feature'];
  const width = last === 'logits' ? 'class' : 'feature';
  return rank === 1 ? [width] : ['position', width];
}

function lastPart(name: string): string {
  return name.slice(name.lastIndexOf('.') + 1);
}

function literal(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

/** Up to three names like the pattern, compared whole and by their last part, one layer standing for all. */
function nearest(pattern: string, names: readonly string[]): string {
  const [, stack = '', layer] = /^(encoder\.|decoder\.|)blocks\.(\d+)\./.exec(pattern) ?? [];
  const layers = names.filter((name) => name.startsWith(stack) && name.endsWith('.hook_resid_pre')).length;
  if (layer !== undefined && Number(layer) >= layers) {
    return `those of layers 0 to ${layers - 1}, e.g. ${nearest(pattern.replace(layer, '0'), names)}`;
  }
  const pool = names.filter((name) => !/(^|\.)blocks\./.test(name) || name.includes(`blocks.${layer ?? 0}.`));
  const edits = (name: string) =>
    Math.min(distance(pattern, name), distance(lastPart(pattern), lastPart(name)) + 1);
  const ranked = pool.toSorted((a, b) => edits(a) - edits(b) || a.length - b.length);
  return ranked
    .slice(0, 3)
    .map((name) => `"${name}"`)
    .join(', ');
}
