import type { Model } from '../model/index.js';
import type { Tensor } from '../tensor/index.js';

/** Token ids as a model reads them. */
export interface IdInput {
  readonly tokenIds: readonly number[];
  /** What the decoder of an encoder-decoder reads. */
  readonly decoderTokenIds?: readonly number[];
}

/**
 * Ids as a model reads them: both sides of an encoder-decoder get the same ones, taken modulo the size of a vocabulary
 * of the decoder's own.
 */
export function inputOf({ dimensions }: Model, tokenIds: readonly number[]): IdInput {
  const { decoder } = dimensions;
  if (!decoder) return { tokenIds };
  return { tokenIds, decoderTokenIds: tokenIds.map((id) => id % decoder.vocabularySize) };
}

/** A model that is verified, and the inputs on which. */
export interface Examined {
  readonly model: Model;
  readonly input: IdInput;
  /** Another input with equally many tokens. */
  readonly other: IdInput;
  /** The hook point at the very end: the logits, or the last norm of a model without a head. */
  readonly output: string;
  readonly signal?: AbortSignal | undefined;
}

/** How far apart two things are that should be the same. */
export interface Measurement {
  /** Largest absolute difference. */
  readonly measured: number;
  readonly tolerance: number;
  /** What exactly was compared, where that differs from model to model. */
  readonly note?: string;
}

/** An identity of the numerical contract. */
export interface Check {
  readonly name: string;
  /** Why it cannot be asked of a model; undefined where it can. */
  readonly without?: (examined: Examined) => string | undefined;
  readonly measure: (examined: Examined) => Promise<Measurement>;
}

/** What became of a check. */
export interface CheckResult {
  readonly name: string;
  /** Largest absolute difference; null where nothing was measured. */
  readonly measured: number | null;
  readonly tolerance: number | null;
  readonly verdict: 'passed' | 'failed' | 'skipped';
  /** What was compared, why it was skipped, or what went wrong; '' where there is nothing to say. */
  readonly note: string;
}

/** The verdict on a measurement; one that is not a number passes nothing. */
export function resultOf(name: string, { measured, tolerance, note = '' }: Measurement): CheckResult {
  return { name, measured, tolerance, verdict: measured <= tolerance ? 'passed' : 'failed', note };
}

/** Largest absolute difference of two values of one shape; infinite where one is NaN or the shapes differ. */
export function distanceOf(a: Tensor, b: Tensor): number {
  if (a.shape.join() !== b.shape.join()) return Number.POSITIVE_INFINITY;
  let most = 0;
  for (let i = 0; i < a.data.length; i++) {
    const [x, y] = [Number(a.data[i]), Number(b.data[i])];
    if (x === y) continue;
    const gap = Math.abs(x - y);
    if (!(gap <= most)) most = Number.isNaN(gap) ? Number.POSITIVE_INFINITY : gap;
  }
  return most;
}

/** Largest absolute value; entries that are not finite (scores of what is masked) do not count. */
export function sizeOf({ data }: Tensor): number {
  let most = 0;
  for (const value of data as Float32Array) {
    const size = Math.abs(value);
    if (size > most && size < Number.POSITIVE_INFINITY) most = size;
  }
  return most;
}

/**
 * A tolerance for values of any size: float32 keeps seven digits, so what is allowed at 1 is allowed in proportion above it.
 */
export function scaled(tolerance: number, ...values: readonly Tensor[]): number {
  return tolerance * Math.max(1, ...values.map(sizeOf));
}

/** The same products in another order of summation. */
export const orderTolerance = 1e-5;

/** Names of hook points that end in a name, in the order of the computation. */
export function hooksNamed({ hooks }: Model, last: string): string[] {
  return hooks.filter((hook) => hook === last || hook.endsWith(`.${last}`));
}

/** What the first block reads; of an encoder-decoder, what the first blocks of both sides read. */
export function firstInputs(model: Model): string[] {
  return hooksNamed(model, 'blocks.0.hook_resid_pre');
}

/** The larger one, and NaN once there is one. */
export function larger(a: number, b: number): number {
  return a >= b ? a : b > a ? b : Number.NaN;
}
