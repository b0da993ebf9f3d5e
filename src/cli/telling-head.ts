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

/** Mean largest weight from which a head is thought to look for something. */
const focused = 0.3;

/**
 * The head that says most at first sight, among those that the choice leaves open: the one whose tokens put the largest
 * part of their attention on one token that is not next to them; if no head does, on one other token. Itself, the first
 * token and tokens that the tokenizer added do not count: nearly every model has heads that rest there when they have
 * nothing to look for.
 * @param attention all layers and heads
 */
export function tellingHead(attention: Attention, choice: HeadChoice): ChosenHead {
  const { layer, head } = choice;
  if (layer !== undefined && head !== undefined) return { layer, head };
  const open = openHeads(attention, choice);
  const far = mostFocused(attention, open, 2);
  const best = far.focus >= focused ? far : mostFocused(attention, open, 1);
  const among = `chosen of ${open.length} heads`;
  const percent = Math.round(best.focus * 100);
  const where = best === far ? 'token that is not next to it' : 'other token';
  const reason =
    best.focus > 0
      ? `${among}: on average a token puts ${percent} % of its attention on one ${where}`
      : `${among} as the first: no token has another one to look at`;
  return { layer: best.layer, head: best.head, reason };
}

interface Place {
  readonly layer: number;
  readonly head: number;
}

function openHeads({ values }: Attention, choice: HeadChoice): Place[] {
  const [layers, heads] = values.shape as [number, number, number, number];
  return Array.from({ length: layers * heads }, (_, i) => ({ layer: Math.floor(i / heads), head: i % heads }))
    .filter(({ layer }) => choice.layer === undefined || layer === choice.layer)
    .filter(({ head }) => choice.head === undefined || head === choice.head);
}

function mostFocused(attention: Attention, open: readonly Place[], distance: number) {
  const heads = attention.values.shape[1]!;
  const found = open.map((place) => ({
    ...place,
    focus: focusOf(attention, place.layer * heads + place.head, distance),
  }));
  return found.reduce((best, one) => (one.focus > best.focus ? one : best));
}

/** Mean, over tokens that have others at this distance or further, of the largest weight on one of them. */
function focusOf({ values, tokens }: Attention, pattern: number, distance: number): number {
  const length = tokens.length;
  const start = pattern * length * length;
  let sum = 0;
  let count = 0;
  for (let destination = 1; destination < length; destination++) {
    if (isAdded(tokens[destination]!)) continue;
    let most = 0;
    for (let source = 1; source < length; source++) {
      if (Math.abs(source - destination) < distance || isAdded(tokens[source]!)) continue;
      most = Math.max(most, values.data[start + destination * length + source]!);
    }
    sum += most;
    // Exactly 0 on all of them: a causal model's first tokens have nothing else to look at.
    if (most > 0) count++;
  }
  return count === 0 ? 0 : sum / count;
}

function isAdded({ special, offsets }: Token): boolean {
  return special && offsets === null;
}
