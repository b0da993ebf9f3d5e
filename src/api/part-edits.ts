import { PellucidError } from '../errors.js';
import { type Dimensions, everyPattern, type Intervention, type Model, patternsOf } from '../model/index.js';
import { embeddingHooks, type Question } from '../question/index.js';
import { type Tensor, tensor } from '../tensor/index.js';
import type { Part, PartEdit } from './part.js';

type PartOf<Kind extends Part['kind']> = Extract<Part, { kind: Kind }>;

/** Attention patterns that an edit needs: [head, destination, source] of the whole layer, by hook point. */
export type CleanPatterns = ReadonlyMap<string, Tensor>;

/** @throws PellucidError `bad-input` for an edit that a part does not have. */
export function requireEdit({ kind }: Part, edit: PartEdit): void {
  const say = (sentence: string) => new PellucidError('bad-input', sentence);
  if (kind === 'edge' && edit !== 'zero')
    throw say('The weight of an edge has no mean over positions: set it to zero.');
  if (edit !== 'even' || kind === 'head' || kind === 'attention') return;
  const what = {
    mlp: 'An MLP has no attention',
    layer: 'A layer is more than its attention',
    token: 'A token has no attention of its own',
  }[kind as 'mlp' | 'layer' | 'token'];
  throw say(`${what} to be made even: test a head, or the attention of a layer.`);
}

/** The hook point of the pattern that a part of attention has. */
export function patternHook(part: PartOf<'head' | 'edge' | 'attention'>, dimensions: Dimensions): string {
  return patternsOf(dimensions, part.stack).hook(part.layer);
}

/** What a part is a part of: how many layers there are, and how many heads each has. @throws PellucidError `not-found` for a stack that is not there */
export function sizesOf({ kind, stack }: Exclude<Part, PartOf<'token'>>, dimensions: Dimensions) {
  const whole = kind === 'mlp' || kind === 'layer';
  return patternsOf(dimensions, stack ?? (whole && dimensions.decoder ? 'decoder' : undefined));
}

/** The changes of a model that take a part away; `hook_z` is what a head adds, before it is mixed into the stream. */
export function interventionsOf(
  part: Exclude<Part, PartOf<'token'>>,
  edit: PartEdit,
  { dimensions, hooks }: Model,
  patterns: CleanPatterns,
): Intervention[] {
  const [block] = /^.*blocks\.\d+/.exec(sizesOf(part, dimensions).hook(part.layer))!;
  switch (part.kind) {
    case 'edge': {
      const { head, destination, source } = part;
      const hook = patternHook(part, dimensions);
      // The weight less itself is exactly 0; those of the other sources stay.
      const value = Array.from(rowOf(patterns.get(hook)!, head, destination), (weight, i) =>
        i === source ? -weight : 0,
      );
      return [{ hook, heads: [head], positions: [destination], edit: 'add', value }];
    }
    case 'head': {
      const hook = patternHook(part, dimensions);
      return edit === 'even'
        ? [
            {
              hook,
              heads: [part.head],
              edit: 'replace',
              value: evenPattern(patterns.get(hook)!, [part.head]),
            },
          ]
        : [{ hook: hook.replace(/hook_pattern$/, 'hook_z'), heads: [part.head], edit }];
    }
    case 'attention': {
      const hook = patternHook(part, dimensions);
      if (edit === 'even') return [{ hook, edit: 'replace', value: evenPattern(patterns.get(hook)!) }];
      return [{ hook: `${block}.hook_${hook.includes('.cross_attn.') ? 'cross_' : ''}attn_out`, edit }];
    }
    case 'mlp':
    case 'layer': {
      if (edit === 'even') return []; // refused before
      const outputs = part.kind === 'mlp' ? ['mlp'] : ['attn', 'cross_attn', 'mlp'];
      const own = outputs.map((name) => `${block}.hook_${name}_out`).filter((hook) => hooks.includes(hook));
      return own.map((hook) => ({ hook, edit }));
    }
  }
}

/** The weights of a destination, [source]. */
export function rowOf({ shape, data }: Tensor, head: number, destination: number): Float32Array {
  const [, rows, columns] = shape as readonly [number, number, number];
  const start = (head * rows + destination) * columns;
  return (data as Float32Array).subarray(start, start + columns);
}

/** The pattern of some heads (all by default) with what each row gives spread alike over all that it gives weight to. */
function evenPattern(pattern: Tensor, heads?: readonly number[]): Tensor<'F32'> {
  const [count, rows, columns] = pattern.shape as readonly [number, number, number];
  const chosen = heads ?? [...Array(count).keys()];
  const even = new Float32Array(chosen.length * rows * columns);
  for (const [at, head] of chosen.entries()) {
    for (let row = 0; row < rows; row++) {
      const weights = rowOf(pattern, head, row);
      const seen = weights.reduce((sum, weight) => sum + (weight > 0 ? 1 : 0), 0);
      const share = weights.reduce((sum, weight) => sum + weight, 0) / Math.max(1, seen);
      const start = (at * rows + row) * columns;
      for (const [i, weight] of weights.entries()) if (weight > 0) even[start + i] = share;
    }
  }
  return tensor('F32', [chosen.length, rows, columns], even);
}

/**
 * The changes of a model that take tokens away and keep attention as it is with them.
 * @throws PellucidError `not-found` for attention that is not there
 */
export function withFrozenAttention(
  { model, encoderLength = Number.POSITIVE_INFINITY, removal, features }: Question,
  { position, frozen = {} }: PartOf<'token'>,
): Intervention[] {
  const { positions } = features.find((feature) => feature.positions.includes(position))!;
  const removed = positions.map((each): Intervention => {
    const stack = each < encoderLength ? 0 : 1;
    return {
      hook: embeddingHooks(model)[stack]!,
      positions: [stack === 0 ? each : each - encoderLength],
      edit: 'replace',
      value: [...removal.embeddings![stack]!],
    };
  });
  const { stack, layer, head } = frozen;
  if (layer === undefined) {
    const all = stack ? [patternsOf(model.dimensions, stack)] : everyPattern(model.dimensions);
    return [...removed, ...all.map(({ hook }): Intervention => ({ hook: hook('*'), edit: 'freeze' }))];
  }
  const { layers, heads, hook } = patternsOf(model.dimensions, stack);
  if (layer >= layers || (head ?? 0) >= heads) throw noSuchPart(layers, heads);
  return [
    ...removed,
    { hook: hook(layer), ...(head === undefined ? {} : { heads: [head] }), edit: 'freeze' },
  ];
}

export function noSuchPart(layers: number, heads: number): PellucidError {
  return new PellucidError(
    'not-found',
    `There is no such part: the model has ${layers} layers of ${heads} heads, counted from 0.`,
  );
}
