import { z } from 'zod';
import {
  AttentionFlow,
  attentionMap,
  layerMap,
  mapTensor,
  normalizeRows,
  reductions,
  rowOf,
} from '../attention-maps/index.js';
import { pauses } from '../pauses.js';
import { isLong } from './attention/long-texts.js';
import { residualShare } from './attention/options.js';
import { meanRow, readPositions, rowScores } from './attention/read-positions.js';
import { layersOf, readPatterns, withoutSelfAttention } from './attention/self-attention.js';
import { defineMethod } from './method.js';

/**
 * The maximum flow from the position of the target to each token, with attention as capacity (Abnar and Zuidema 2020,
 * https://arxiv.org/abs/2005.00928).
 */
export const attentionFlow = defineMethod({
  name: 'attention-flow',
  title: 'Attention flow',
  aliases: ['flow'],
  summary: 'maximum flow through the network of attention and residual connections',
  paper: 'https://arxiv.org/abs/2005.00928',
  family: 'attention',
  signed: false,
  additive: false,
  options: z.strictObject({
    heads: z.enum(reductions).default('mean'),
    residual: residualShare,
    rows: z.enum(['target', 'all']).default('target'),
  }),
  refuse(question) {
    const { tokens, model } = question;
    const elsewhere = withoutSelfAttention(question);
    if (elsewhere !== undefined || !isLong(question)) return elsewhere;
    return `Attention flow solves a network of ${model.dimensions.layers} × ${tokens.length}² edges once for each of ${tokens.length} tokens, which takes hours: use attention-rollout, or a text of at most 512 tokens.`;
  },
  passes: () => 2,
  async attribute(question, { heads, residual, rows }) {
    const { tokens, onProgress } = question;
    const patterns = await readPatterns(question, layersOf(question));
    const flow = new AttentionFlow(
      patterns.map((pattern) => layerMap(pattern, heads)),
      { residual },
    );
    const destinations = await readPositions(question);
    const wanted = rows === 'all' ? [...tokens.keys()] : destinations;
    const flows = attentionMap(tokens.length, tokens.length);
    const pause = pauses(question);
    const total = wanted.length * tokens.length;
    for (const [i, destination] of wanted.entries()) {
      for (const source of tokens.keys()) {
        rowOf(flows, destination)[source] = flow.between(destination, source);
        onProgress?.({ done: i * tokens.length + source + 1, total, part: 'flows' });
        await pause();
      }
    }
    const map = normalizeRows(flows);
    return {
      ...rowScores(question, meanRow(map, destinations), destinations, `${heads} over heads`),
      ...(rows === 'all' ? { map: mapTensor(map) } : {}),
    };
  },
});
