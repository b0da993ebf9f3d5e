import { z } from 'zod';
import {
  layerMap,
  mapTensor,
  multiplyMaps,
  reductions,
  rollout,
  withResidual,
} from '../attention-maps/index.js';
import { isLong, readLayerMap, rowThroughLayers, withoutMap } from './attention/long-texts.js';
import { requirePlaces, residualShare, startLayer } from './attention/options.js';
import { meanRow, readPositions, rowScores } from './attention/read-positions.js';
import { layersOf, readPatterns, withoutSelfAttention } from './attention/self-attention.js';
import { defineMethod } from './method.js';

/** Attention of all layers multiplied, residual connections included (Abnar and Zuidema 2020, https://arxiv.org/abs/2005.00928). */
export const attentionRollout = defineMethod({
  name: 'attention-rollout',
  title: 'Attention rollout',
  aliases: ['rollout'],
  summary: 'attention and residual connections multiplied through the layers',
  paper: 'https://arxiv.org/abs/2005.00928',
  family: 'attention',
  signed: false,
  additive: false,
  options: z.strictObject({
    heads: z.enum(reductions).default('mean'),
    residual: residualShare,
    start: startLayer,
  }),
  refuse: withoutSelfAttention,
  passes: () => 2,
  async attribute(question, { heads, residual, start }) {
    requirePlaces(question, { layer: start });
    const destinations = await readPositions(question);
    if (isLong(question)) {
      const layers = layersOf(question).slice(start);
      const row = await rowThroughLayers(question, layers, destinations, async (upper, layer, stream) =>
        multiplyMaps(
          upper,
          withResidual(await readLayerMap(question, { layer, stream, how: heads }), { residual }),
        ),
      );
      return { ...rowScores(question, row, destinations, `${heads} over heads`), note: withoutMap };
    }
    const patterns = await readPatterns(question, layersOf(question));
    const maps = rollout(
      patterns.map((pattern) => layerMap(pattern, heads)),
      { residual, start },
    );
    return {
      ...rowScores(question, meanRow(maps.at(-1)!, destinations), destinations, `${heads} over heads`),
      map: mapTensor(maps),
    };
  },
});
