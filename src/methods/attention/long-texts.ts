import {
  type AttentionMap,
  attentionMap,
  HeadReduction,
  type Reduction,
} from '../../attention-maps/index.js';
import { type Capture, patternsOf } from '../../model/index.js';
import { inputOf, type Question } from '../../question/index.js';
import type { Tensor } from '../../tensor/index.js';
import { readStreams } from './self-attention.js';

/**
 * Tokens up to which a method gives the map of all positions. Of a longer text, whose maps would take gigabytes, only the rows
 * are worked out that the target is read from, one layer at a time.
 */
const longestMap = 512;

/** Bytes of the patterns of heads that are read at once. */
const patternBytes = 2 ** 27;

/** Said with an explanation that has no map. */
export const withoutMap = `The text has more than ${longestMap} tokens: only the rows of the target were worked out, and there is no map of all.`;

export function isLong({ tokens }: Pick<Question, 'tokens'>): boolean {
  return tokens.length > longestMap;
}

/** One layer's attention, its heads made one. */
export interface LayerReading {
  readonly layer: number;
  /** What enters the block, where it is known: what stands before is not computed again. */
  readonly stream?: Tensor | undefined;
  readonly how?: Reduction | undefined;
  readonly head?: number | null | undefined;
  /** Of which destinations; all by default. */
  readonly destinations?: readonly number[] | undefined;
}

/** The map of a layer, [destination, source], read some heads at a time. */
export async function readLayerMap(
  question: Question,
  { layer, stream, how, head = null, destinations }: LayerReading,
): Promise<AttentionMap> {
  const { model, tokens, signal } = question;
  const { heads, hook: hookOf } = patternsOf(model.dimensions);
  const hook = hookOf(layer);
  const wanted = head === null ? Array.from({ length: heads }, (_, i) => i) : [head];
  const bytes = 4 * tokens.length * (destinations?.length ?? tokens.length);
  const most = Math.max(1, Math.floor(patternBytes / bytes));
  const reduction = new HeadReduction(how);
  for (let start = 0; start < wanted.length; start += most) {
    const capture: Capture = {
      ...{ hook, heads: wanted.slice(start, start + most) },
      ...(destinations ? { positions: destinations } : {}),
    };
    using run = await model.run(inputOf(question), {
      ...{ capture, answers: 'none' },
      ...(stream ? { given: { [`blocks.${layer}.hook_resid_pre`]: stream } } : {}),
      ...(signal ? { signal } : {}),
    });
    reduction.add(run.activation(hook));
  }
  return reduction.map();
}

/**
 * The mean of some rows of a product of maps, those of the layers from the last to the first, without the product: a row
 * goes through one map after the other.
 * @param step what a row, [1, position], becomes in a layer
 */
export async function rowThroughLayers(
  question: Question,
  layers: readonly number[],
  destinations: readonly number[],
  step: (row: AttentionMap, layer: number, stream: Tensor) => Promise<AttentionMap>,
): Promise<Float64Array> {
  const { tokens, onProgress } = question;
  const streams = await readStreams(question, layers);
  let row = attentionMap(1, tokens.length);
  for (const destination of destinations) row.weights[destination]! += 1 / destinations.length;
  for (const [i, layer] of layers.toReversed().entries()) {
    row = await step(row, layer, streams.at(-1 - i)!);
    onProgress?.({ done: i + 1, total: layers.length, part: 'layers' });
  }
  return row.weights;
}
