import { z } from 'zod';
import {
  type AttentionMap,
  accumulate,
  attentionMap,
  contributions,
  mapTensor,
  multiplyMaps,
  rowOf,
} from '../attention-maps/index.js';
import { pauses } from '../pauses.js';
import {
  type AttentionParts,
  attentionParts,
  isPostNorm,
  partsAt,
  Reconstruction,
} from './attention/attention-parts.js';
import { isLong, rowThroughLayers, withoutMap } from './attention/long-texts.js';
import { requirePlaces, startLayer } from './attention/options.js';
import { meanRow, readPositions, rowScores } from './attention/read-positions.js';
import { layersOf, readStreams, withoutSelfAttention } from './attention/self-attention.js';
import { defineMethod } from './method.js';

/**
 * How much each token makes up the stream behind attention, multiplied through the layers (Ferrando et al. 2022,
 * https://arxiv.org/abs/2203.04212).
 */
export const alti = defineMethod({
  name: 'alti',
  title: 'ALTI',
  aliases: ['layer-wise-token-to-token'],
  summary: 'how much each token makes up the residual stream, multiplied through the layers',
  paper: 'https://arxiv.org/abs/2203.04212',
  family: 'attention',
  signed: false,
  additive: false,
  options: z.strictObject({ start: startLayer }),
  refuse: withoutSelfAttention,
  passes: ({ layers, heads }, { start }) => 2 + (layers - start) * (heads + 4),
  async attribute(question, { start }) {
    requirePlaces(question, { layer: start });
    const layers = layersOf(question).slice(start);
    const whole = isPostNorm(question) ? 'norm' : 'sum';
    const pause = pauses(question);
    const reconstruction = new Reconstruction();
    const destinations = await readPositions(question);
    if (isLong(question)) {
      const row = await rowThroughLayers(question, layers, destinations, async (upper, layer, stream) => {
        const parts = await attentionParts(question, layer, stream, whole);
        const drawn = [...upper.weights.keys()].filter((position) => upper.weights[position] !== 0);
        return multiplyMaps(upper, await sharesOf(parts, reconstruction, pause, drawn));
      });
      return {
        ...rowScores(question, row, destinations, 'product of the layers'),
        ...{ errors: [reconstruction.declare()], note: withoutMap },
      };
    }
    const shares: AttentionMap[] = [];
    const streams = await readStreams(question, layers);
    for (const [i, layer] of layers.entries()) {
      const parts = await attentionParts(question, layer, streams[i]!, whole);
      shares.push(await sharesOf(parts, reconstruction, pause));
      question.onProgress?.({ done: shares.length, total: layers.length, part: 'layers' });
    }
    const maps = accumulate(shares);
    return {
      ...rowScores(question, meanRow(maps.at(-1)!, destinations), destinations, 'product of the layers'),
      errors: [reconstruction.declare()],
      map: mapTensor(maps),
    };
  },
});

/** The share of each source in each destination, or in some; rows of others stay zero. */
async function sharesOf(
  parts: AttentionParts,
  reconstruction: Reconstruction,
  pause: () => Promise<void>,
  destinations: Iterable<number> = Array(parts.positions).keys(),
): Promise<AttentionMap> {
  const { positions, width, whole } = parts;
  const map = attentionMap(positions, positions);
  for (const destination of destinations) {
    const each = partsAt(parts, destination);
    reconstruction.add(parts, destination, each);
    const row = rowOf(map, destination);
    row.set(contributions(whole.subarray(destination * width, (destination + 1) * width), each));
    // Where no token brings the sum closer, all of it is bias, and the position stays what it was.
    if (row.every((share) => share === 0)) row[destination] = 1;
    await pause();
  }
  return map;
}
