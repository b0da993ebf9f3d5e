import type { DeclaredError } from '../../explanations/index.js';
import type { Run } from '../../model/index.js';
import type { Question } from '../../question/index.js';
import { type Tensor, tensor } from '../../tensor/index.js';
import { outputsOfGiven } from './outputs-of-given.js';
import { patternHook } from './self-attention.js';

/**
 * What is taken apart: `attention`, what attention adds to the residual stream; `sum`, the stream with it; `norm`, the sum behind
 * the norm that follows it in post-norm blocks.
 */
export type Whole = 'attention' | 'sum' | 'norm';

/**
 * A value at each destination as a sum over sources: whole_q = Σ_k Σ_h A_hqk · values_hk / scale_q + residual_q + bias_q. Norms on
 * the way are linear with the scales that they really had.
 */
export interface AttentionParts {
  readonly positions: number;
  readonly width: number;
  /** A, [head, destination, source]. */
  readonly pattern: Tensor;
  /** v · W_O of each head, through the norms but for their scales: [source, width]. */
  readonly values: readonly Float32Array[];
  /** [destination] */
  readonly scale: Float64Array;
  /** [destination, width]; zeros where attention alone is taken apart. */
  readonly residual: Float64Array;
  /** [destination, width] */
  readonly bias: Float32Array;
  /** [destination, width] */
  readonly whole: Float64Array;
}

/** Names of the hook points around the attention of a layer. */
interface Places {
  readonly pre: string;
  readonly value: string;
  readonly z: string;
  readonly out: string;
  /** Where the whole is read. */
  readonly end: string;
  /** The scales of the norms between `z` and `out`, and between the sum and the end. */
  readonly closing: readonly string[];
  readonly behind: readonly string[];
}

/** Whether the blocks of a model have their norms behind the sums, as BERT's. */
export function isPostNorm({ model }: Question): boolean {
  return model.hooks.includes('blocks.0.hook_normalized_resid_post');
}

function placesOf({ model }: Question, layer: number, whole: Whole): Places {
  const block = `blocks.${layer}`;
  const own = model.hooks.filter((hook) => hook.startsWith(`${block}.`));
  const [pre, value] = [`${block}.hook_resid_pre`, `${block}.attn.hook_v`];
  const [z, out, mid] = [`${block}.attn.hook_z`, `${block}.hook_attn_out`, `${block}.hook_resid_mid`];
  const isScale = (hook: string) => hook.endsWith('.hook_scale');
  const closing = own.slice(own.indexOf(z), own.indexOf(out)).filter(isScale);
  if (whole !== 'norm') return { pre, value, z, out, end: out, closing, behind: [] };
  const scale = own.slice(own.indexOf(mid)).find(isScale)!;
  const end = scale.replace(/hook_scale$/, 'hook_normalized');
  return { pre, value, z, out, end, closing, behind: [scale] };
}

/**
 * Takes apart what attention does in one layer, with a run of its attention for each head.
 * @param stream What enters the layer, [position, width].
 */
export async function attentionParts(
  question: Question,
  layer: number,
  stream: Tensor,
  whole: Whole,
): Promise<AttentionParts> {
  const { model, tokens, signal } = question;
  const places = placesOf(question, layer, whole);
  const { pre, value, out, end, closing, behind } = places;
  const capture = [...new Set([patternHook(layer), value, out, end, ...closing, ...behind])];
  const run = await model.run(
    { tokens },
    { capture, answers: 'none', given: { [pre]: stream }, ...(signal ? { signal } : {}) },
  );
  const read = (hook: string) => run.activation(hook).data as Float32Array;
  const pattern = run.activation(patternHook(layer));
  const [heads, positions] = pattern.shape as [number, number];
  const streamData = stream.data as Float32Array;
  const width = streamData.length / positions;

  const ends: Float32Array[] = [];
  const given = givenAt(run, places, stream, heads);
  for await (const found of outputsOfGiven(question, end, heads + 3, given)) ends.push(found);
  const [zero, streamEnd, bias] = ends.slice(heads) as [Float32Array, Float32Array, Float32Array];
  const values = ends.slice(0, heads);
  for (const each of values) for (const [i, empty] of zero.entries()) each[i]! -= empty;
  const scaleOf = (names: readonly string[]) =>
    Float64Array.from({ length: positions }, (_, position) =>
      names.reduce((product, name) => product * read(name)[position]!, 1),
    );
  const outer = scaleOf(behind);
  const residual = Float64Array.from(streamData, (each, i) => {
    if (whole === 'attention') return 0;
    return whole === 'sum' ? each : (streamEnd[i]! - zero[i]!) / outer[Math.floor(i / width)]!;
  });
  const found = read(end);
  return {
    ...{ positions, width, pattern, values, residual, bias },
    scale: scaleOf([...closing, ...behind]),
    whole: Float64Array.from(found, (each, i) => (whole === 'sum' ? each + streamData[i]! : each)),
  };
}

/**
 * The values that are put into the block, step after step: each head's values where the heads' outputs stand, all others zero;
 * nothing at all; the stream alone; and nothing again. The norms divide by 1, but in the last step by what they really divided
 * by, which tells what their biases and that of the output come to.
 */
function givenAt(run: Run, { pre, value, z, closing, behind }: Places, stream: Tensor, heads: number) {
  const { shape, data } = run.activation(value);
  const [positions, groups, headWidth] = shape as [number, number, number];
  const nothing = tensor('F32', stream.shape, new Float32Array(stream.data.length));
  return (step: number): Readonly<Record<string, Tensor>> => {
    const only = new Float32Array(positions * heads * headWidth);
    for (let position = 0; step < heads && position < positions; position++) {
      const from = (position * groups + Math.floor((step * groups) / heads)) * headWidth;
      const values = (data as Float32Array).subarray(from, from + headWidth);
      only.set(values, (position * heads + step) * headWidth);
    }
    const scales = [...closing, ...behind].map((scale) => {
      const real = run.activation(scale);
      const one = tensor('F32', real.shape, new Float32Array(positions).fill(1));
      return [scale, step === heads + 2 ? real : one];
    });
    return {
      [z]: tensor('F32', [positions, heads, headWidth], only),
      [pre]: step === heads + 1 ? stream : nothing,
      ...Object.fromEntries(scales),
    };
  };
}

/**
 * What each source adds at a destination, [width]; null where it adds nothing. The residual connection is the destination's own.
 * @param heads The heads that are counted, all by default.
 */
export function partsAt(
  { positions, width, pattern, values, scale, residual }: AttentionParts,
  destination: number,
  heads: readonly number[] = [...Array(pattern.shape[0]!).keys()],
): (Float64Array | null)[] {
  const weights = pattern.data as Float32Array;
  return Array.from({ length: positions }, (_, source) => {
    const own = source === destination;
    const part = own
      ? residual.slice(destination * width, (destination + 1) * width)
      : new Float64Array(width);
    let empty = !own;
    for (const head of heads) {
      const weight = weights[(head * positions + destination) * positions + source]! / scale[destination]!;
      if (weight === 0) continue;
      empty = false;
      const value = values[head]!;
      for (let i = 0, from = source * width; i < width; i++) part[i]! += weight * value[from + i]!;
    }
    return empty ? null : part;
  });
}

/** How far the parts of all destinations are from adding up to the whole. */
export class Reconstruction {
  #error = 0;
  #largest = 0;

  add(
    { whole, bias, width }: AttentionParts,
    destination: number,
    parts: readonly (Float64Array | null)[],
  ): void {
    for (let i = 0; i < width; i++) {
      const at = destination * width + i;
      let sum = bias[at]!;
      for (const part of parts) sum += part?.[i] ?? 0;
      this.#error = Math.max(this.#error, Math.abs(sum - whole[at]!));
      this.#largest = Math.max(this.#largest, Math.abs(whole[at]!));
    }
  }

  /** The largest absolute difference, its share of the largest value, and whether that is more than rounding. */
  declare(): DeclaredError {
    const share = this.#error / this.#largest;
    return { name: 'reconstruction error', value: this.#error, share, large: share > 1e-4 };
  }
}
