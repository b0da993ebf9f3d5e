import { PellucidError } from '../errors.js';
import type { Attention } from '../explanations/index.js';
import type { Dimensions } from '../model/index.js';
import type { Token } from '../tensor/index.js';

/** One head, and why it is shown. */
export interface ChosenHead {
  readonly layer: number;
  readonly head: number;
  /** One line for the user; undefined where the user chose. */
  readonly reason?: string;
}

/** What the user says about which head to show. */
export interface HeadChoice {
  readonly layer?: number;
  readonly head?: number;
}

/** Refuses a layer or head that the model does not have, before the model is run. @throws PellucidError `not-found` */
export function checkHead({ layer, head }: HeadChoice, { layers, heads }: Dimensions): void {
  const check = (what: string, index: number | undefined, count: number): void => {
    if (index === undefined || index < count) return;
    throw new PellucidError(
      'not-found',
      `There is no ${what} ${index}: the model has ${count}, counted from 0 to ${count - 1}`,
    );
  };
  check('layer', layer, layers);
  check('head', head, heads);
}

/**
 * The head that says most at first sight, among those that the choice leaves open: the one whose tokens put the largest
 * part of their attention on one other token. Itself, the first token and tokens that the tokenizer added do not count as
 * other: nearly every model has heads that rest there when they have nothing to look for.
 * @param attention all layers and heads
 */
export function tellingHead(attention: Attention, choice: HeadChoice): ChosenHead {
  if (choice.layer !== undefined && choice.head !== undefined) {
    return { layer: choice.layer, head: choice.head };
  }
  const [layers, heads] = attention.values.shape as [number, number, number, number];
  let best = { layer: choice.layer ?? 0, head: choice.head ?? 0, focus: 0 };
  let compared = 0;
  for (let layer = 0; layer < layers; layer++) {
    if (choice.layer !== undefined && layer !== choice.layer) continue;
    for (let head = 0; head < heads; head++) {
      if (choice.head !== undefined && head !== choice.head) continue;
      compared++;
      const focus = focusOf(attention, layer * heads + head);
      if (focus > best.focus) best = { layer, head, focus };
    }
  }
  const { focus, ...chosen } = best;
  const among = `of ${compared} heads`;
  const percent = Math.round(focus * 100);
  return focus > 0
    ? { ...chosen, reason: `${among} the most focused: on average ${percent} % on one other token` }
    : { ...chosen, reason: `the first ${among}: there are no other tokens to look at` };
}

/** Mean, over destinations that have other tokens to look at, of the largest weight on one of them. */
function focusOf({ values, tokens }: Attention, pattern: number): number {
  const length = tokens.length;
  const start = pattern * length * length;
  let sum = 0;
  let count = 0;
  for (let destination = 1; destination < length; destination++) {
    if (isAdded(tokens[destination]!)) continue;
    let most = 0;
    for (let source = 1; source < length; source++) {
      if (source === destination || isAdded(tokens[source]!)) continue;
      most = Math.max(most, values.data[start + destination * length + source]!);
    }
    sum += most;
    // Exactly 0 on all others: a causal model's second token has nothing else to look at.
    if (most > 0) count++;
  }
  return count === 0 ? 0 : sum / count;
}

function isAdded({ special, offsets }: Token): boolean {
  return special && offsets === null;
}
