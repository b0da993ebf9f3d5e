import type { FiniteRule } from '../runtime/runtime.js';

/**
 * Where NaN and infinities are looked for in values of hook points, by name. The −∞ of masked attention scores is meant.
 * A softmax row is NaN as a whole or not at all, so one entry of each row of a pattern is enough.
 */
export function finiteRules(hooks: Iterable<string>): Map<string, FiniteRule> {
  return new Map(Array.from(hooks, (hook) => [hook, ruleOf(hook)]));
}

function ruleOf(hook: string): FiniteRule {
  if (hook.endsWith('hook_attn_scores')) return 'masked';
  return hook.endsWith('hook_pattern') ? 'rows' : 'all';
}
