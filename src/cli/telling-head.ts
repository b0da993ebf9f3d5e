import { PellucidError } from '../errors.js';
import type { Attention } from '../explanations/index.js';
import type { Dimensions, Stack } from '../model/index.js';
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
  readonly stack?: Stack;
}

/** Refuses a layer or head that the model does not have, before the model is run. @throws PellucidError `not-found` */
export function checkHead(
  { layer, head }: HeadChoice,
  { layers, heads }: Pick<Dimensions, 'layers' | 'heads'>,
): void {
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

/** Bits from which a head is thought to look for something further away than the neighbours. */
const tellingBits = 0.5;

/**
 * The head that says most at first sight, among those that the choice leaves open: the one in which it depends most on
 * the token where it looks. That is the mutual information of destination and source: high where each token looks firmly
 * at a place of its own, 0 where all look at the same place or everywhere. What goes to the token itself, its neighbours,
 * the first token and those that the tokenizer added counts as looking nowhere, for in nearly every model some heads
 * rest there; where all heads do, neighbours count as places.
 * @param attention all layers and heads
 */
export function tellingHead(attention: Attention, choice: HeadChoice): ChosenHead {
  const { layer, head } = choice;
  if (layer !== undefined && head !== undefined) return { layer, head };
  const open = openHeads(attention, choice);
  const far = mostTelling(attention, open, 2);
  const best = far.bits >= tellingBits ? far : mostTelling(attention, open, 1);
  const among = `chosen of ${open.length} heads`;
  const reason =
    best.bits > 0
      ? `${among}: in it, where a token looks depends most on the token (${best.bits.toFixed(1)} bits)`
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

function mostTelling(attention: Attention, open: readonly Place[], distance: number) {
  const heads = attention.values.shape[1]!;
  const { tokens, destinationTokens = tokens } = attention;
  const size = destinationTokens.length * tokens.length;
  const found = open.map((place) => {
    const start = (place.layer * heads + place.head) * size;
    const weights = attention.values.data.subarray(start, start + size);
    return { ...place, bits: mutualInformation(weights, attention, distance) };
  });
  return found.reduce((best, one) => (one.bits > best.bits ? one : best));
}

/**
 * Bits that destination and source tell about each other: H(mean row) − mean H(row). Sources that are no places are one
 * place together. Where destinations are tokens of their own none is a neighbour, and the first source is a place too.
 */
function mutualInformation(
  weights: Float32Array,
  { tokens, destinationTokens }: Attention,
  distance: number,
): number {
  const { length } = tokens;
  const isPlace = (at: number) => (at > 0 || destinationTokens !== undefined) && !isAdded(tokens[at]!);
  const isNear = (source: number, destination: number) =>
    destinationTokens === undefined && Math.abs(source - destination) < distance;
  const destinations = destinationTokens
    ? [...destinationTokens.keys()].filter((at) => !isAdded(destinationTokens[at]!))
    : [...tokens.keys()].filter(isPlace);
  const mean = new Float64Array(length + 1);
  let rowBits = 0;
  for (const destination of destinations) {
    const row = new Float64Array(length + 1);
    for (let source = 0; source < length; source++) {
      const counts = isPlace(source) && !isNear(source, destination);
      row[counts ? source : length]! += weights[destination * length + source]!;
    }
    for (const [source, weight] of row.entries()) mean[source]! += weight / destinations.length;
    rowBits += entropy(row) / destinations.length;
  }
  return Math.max(0, entropy(mean) - rowBits);
}

/** −Σ p log₂ p */
function entropy(probabilities: Float64Array): number {
  return probabilities.reduce((sum, p) => (p > 0 ? sum - p * Math.log2(p) : sum), 0);
}

function isAdded({ special, offsets }: Token): boolean {
  return special && offsets === null;
}
