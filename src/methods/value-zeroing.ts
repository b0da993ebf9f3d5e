import { z } from 'zod';
import {
  type AttentionMap,
  accumulate,
  attentionMap,
  mapTensor,
  normalizeRows,
} from '../attention-maps/index.js';
import type { Run } from '../model/index.js';
import type { Question } from '../question/index.js';
import { type Tensor, tensor } from '../tensor/index.js';
import { isLong, withoutMap } from './attention/long-texts.js';
import { oneOrAll, requirePlaces } from './attention/options.js';
import { outputsOfGiven } from './attention/outputs-of-given.js';
import { meanRow, outputHook, readPositions, rowScores } from './attention/read-positions.js';
import { layersOf, readStreams, withoutSelfAttention } from './attention/self-attention.js';
import { defineMethod } from './method.js';

/** Scores below this are rounding and become 0. */
const negligible = 1e-5;

/**
 * How much what leaves a block turns when a token's value vectors are zero in it (Mohebbi et al. 2023,
 * https://arxiv.org/abs/2301.12971).
 */
export const valueZeroing = defineMethod({
  name: 'value-zeroing',
  title: 'Value zeroing',
  aliases: ['zeroing'],
  summary: 'how much the output of a block turns without the values of a token',
  paper: 'https://arxiv.org/abs/2301.12971',
  family: 'attention',
  signed: false,
  additive: false,
  options: z.strictObject({ layer: oneOrAll, rollout: z.boolean().default(false) }),
  refuse(question, { rollout }) {
    const { tokens } = question;
    const elsewhere = withoutSelfAttention(question);
    if (elsewhere !== undefined || !rollout || !isLong(question)) return elsewhere;
    return `With rollout, value zeroing runs every block once for each of ${tokens.length} tokens and keeps what leaves it everywhere, which takes hours: use attention-rollout, or leave rollout out.`;
  },
  passes: ({ layers, tokens }, { layer, rollout }) =>
    2 + (rollout ? (layer ?? layers - 1) + 1 : 1) * (tokens + 1),
  async attribute(question, { layer, rollout }) {
    requirePlaces(question, { layer });
    const { model, tokens, signal, onProgress } = question;
    const top = layer ?? model.dimensions.layers - 1;
    const layers = rollout ? layersOf(question).slice(0, top + 1) : [top];
    const total = layers.length * tokens.length;
    const destinations = await readPositions(question);
    const long = isLong(question);
    const rows = long ? destinations : [...tokens.keys()];
    const part = long ? { positions: rows } : {};
    const maps: AttentionMap[] = [];
    const streams = await readStreams(question, layers);
    for (const [i, each] of layers.entries()) {
      const hooks = hooksOf(question, each);
      const clean = await model.run(
        { tokens },
        {
          ...{ capture: [hooks.value, { hook: hooks.output, ...part }], answers: 'none' },
          given: { [hooks.pre]: streams[i]! },
          ...(signal ? { signal } : {}),
        },
      );
      const earlier = maps.length * tokens.length;
      maps.push(
        await turns(question, hooks, streams[i]!, clean, rows, (done) =>
          onProgress?.({ done: earlier + done, total, part: 'values' }),
        ),
      );
    }
    // Zeroing sees the residual connection, which keeps a block's output from turning: no identity is added here.
    const products = accumulate(maps);
    const how = rollout ? `rollout of the layers up to ${top}` : `layer ${top}`;
    return {
      ...rowScores(
        question,
        meanRow(products.at(-1)!, long ? [...rows.keys()] : destinations),
        ...([destinations, how] as const),
      ),
      ...(long ? { note: withoutMap } : { map: mapTensor(rollout ? products : products[0]!) }),
    };
  },
});

/** Where a block is entered, its values, and where it is left. */
interface BlockHooks {
  readonly pre: string;
  readonly value: string;
  readonly output: string;
}

function hooksOf(question: Question, layer: number): BlockHooks {
  return {
    pre: `blocks.${layer}.hook_resid_pre`,
    value: `blocks.${layer}.attn.hook_v`,
    output: outputHook(question, layer),
  };
}

/**
 * 1 − cos between what leaves the block with and without each source's values, rows divided by their sums.
 * @param destinations whose rows are wanted
 */
async function turns(
  question: Question,
  { pre, value, output }: BlockHooks,
  stream: Tensor,
  clean: Run,
  destinations: readonly number[],
  progress: (done: number) => void,
): Promise<AttentionMap> {
  const { model, tokens } = question;
  const count = tokens.length;
  const map = attentionMap(destinations.length, count);
  const before = clean.activation(output).data as Float32Array;
  const given = (source: number) => ({
    [pre]: stream,
    [value]: withoutPosition(clean.activation(value), source),
  });
  let source = 0;
  const captured = destinations.length < count ? { hook: output, positions: destinations } : output;
  for await (const after of outputsOfGiven(question, captured, count, given)) {
    for (const [row, destination] of destinations.entries()) {
      if (model.architecture.causal && destination < source) continue;
      const turned = 1 - cosine(before, after, row, before.length / destinations.length);
      map.weights[row * count + source] = turned < negligible ? 0 : turned;
    }
    source++;
    progress(source);
  }
  return normalizeRows(map);
}

/** Values with zeros at a position, the first axis. */
function withoutPosition({ shape, data }: Tensor, position: number): Tensor<'F32'> {
  const changed = Float32Array.from(data as Float32Array);
  const size = data.length / shape[0]!;
  return tensor('F32', shape, changed.fill(0, position * size, (position + 1) * size));
}

/** The cosine between two vectors at a position, each [position, width]. */
function cosine(a: Float32Array, b: Float32Array, position: number, width: number): number {
  let [dot, squareA, squareB] = [0, 0, 0];
  for (let i = position * width; i < (position + 1) * width; i++) {
    dot += a[i]! * b[i]!;
    squareA += a[i]! * a[i]!;
    squareB += b[i]! * b[i]!;
  }
  return dot / Math.sqrt(squareA * squareB);
}
