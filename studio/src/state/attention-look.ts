import type { OpenedModel, OpenedStack } from 'pellucid/client';

export const stackNames = ['encoder', 'decoder', 'cross'] as const;
export const drawings = ['matrix', 'lines', 'neurons', 'maps'] as const;
export const joins = ['tokens', 'words', 'sentences'] as const;
export const combinations = ['mean', 'max'] as const;
export const colorScales = ['linear', 'log', 'rank'] as const;
export const sinkModes = ['include', 'hide', 'renormalise'] as const;
export const sinkSources = ['first', 'special'] as const;
export const sentencePairs = ['all', 'aa', 'ab', 'ba', 'bb'] as const;
export const mapMethods = [
  'attention-rollout',
  'attention-flow',
  'norm-based-attention',
  'alti',
  'value-zeroing',
] as const;
export const rankings = [
  ...(['none', 'previous-token', 'first-token', 'special-tokens', 'duplicate-token'] as const),
  ...(['induction', 'positional', 'entropy', 'similarity'] as const),
] as const;
export const measuredOn = ['input', 'repeated'] as const;

/** How attention is looked at: the part of the view that the attention panel has for itself. */
export interface AttentionLook {
  /** Of an encoder-decoder. */
  readonly stack: (typeof stackNames)[number];
  readonly drawing: (typeof drawings)[number];
  /** Heads that are chosen beside the one of the view: `2.1`. */
  readonly also: readonly string[];
  /** How several heads become one. */
  readonly combine: (typeof combinations)[number];
  readonly join: (typeof joins)[number];
  readonly scale: (typeof colorScales)[number];
  readonly sink: (typeof sinkModes)[number];
  readonly sinkOf: (typeof sinkSources)[number];
  readonly pair: (typeof sentencePairs)[number];
  /** Least weight of a line in thousandths; null for the one that the view chooses. */
  readonly threshold: number | null;
  /** What is pinned among tokens that are not those of the text, such as a decoder's. */
  readonly destination: number | null;
  readonly source: number | null;
  readonly rank: (typeof rankings)[number];
  readonly on: (typeof measuredOn)[number];
  /** Heads with a lower score are faded; in percent of the range. */
  readonly least: number;
  readonly map: (typeof mapMethods)[number];
}

export const firstLook: AttentionLook = {
  ...{ stack: 'cross', drawing: 'matrix', also: [], combine: 'mean', join: 'tokens', scale: 'linear' },
  ...{ sink: 'include', sinkOf: 'first', pair: 'all', threshold: null, destination: null, source: null },
  ...{ rank: 'previous-token', on: 'input', least: 0, map: 'attention-rollout' },
};

/** What each setting may be; numbers are whole ones up to a bound, lists have a form. */
const choices = {
  ...{ stack: stackNames, drawing: drawings, combine: combinations, join: joins, scale: colorScales },
  ...{ sink: sinkModes, sinkOf: sinkSources, pair: sentencePairs, rank: rankings, on: measuredOn },
  map: mapMethods,
} as const;
const mostOf = { threshold: 1000, destination: 999_999, source: 999_999, least: 100 } as const;
const place = /^(0|[1-9]\d{0,3})\.(0|[1-9]\d{0,3})$/;

/** Heads that can be chosen at a time. */
export const mostHeads = 64;

/** The look that an address names; what it leaves out, or what no look can be, is as at first. */
export function readLook(given: URLSearchParams): AttentionLook {
  const look: Record<string, unknown> = { ...firstLook };
  for (const [name, allowed] of Object.entries(choices)) {
    const value = (allowed as readonly string[]).find((each) => each === given.get(name));
    if (value !== undefined) look[name] = value;
  }
  for (const [name, most] of Object.entries(mostOf)) {
    const value = given.get(name) ?? '';
    if (/^\d{1,6}$/.test(value) && Number(value) <= most) look[name] = Number(value);
  }
  const also =
    given
      .get('also')
      ?.split(',')
      .filter((each) => place.test(each)) ?? [];
  return { ...(look as unknown as AttentionLook), also: [...new Set(also)].slice(0, mostHeads) };
}

/** Puts into an address what is not as at first. */
export function writeLook(look: AttentionLook, into: URLSearchParams): void {
  for (const [name, value] of Object.entries(look)) {
    if (String(value) !== String(firstLook[name as keyof AttentionLook])) into.set(name, String(value));
  }
}

/** The attention that is looked at: the only one, or the chosen one of an encoder-decoder. */
export function stackOf({ stacks }: OpenedModel, { stack }: AttentionLook): OpenedStack {
  return stacks.find((each) => each.stack === stack) ?? stacks[0]!;
}
