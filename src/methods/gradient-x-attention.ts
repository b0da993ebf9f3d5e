import { z } from 'zod';
import { headMaps, mapTensor, positiveGradientWeights, relevance } from '../attention-maps/index.js';
import { meanRow, readPositions, rowScores } from './attention/read-positions.js';
import { layersOf, patternHook, withoutSelfAttention } from './attention/self-attention.js';
import { defineMethod } from './method.js';

/** Attention that speaks for the target, gathered through the layers (Chefer et al. 2021, https://arxiv.org/abs/2103.15679). */
export const gradientXAttention = defineMethod({
  name: 'gradient-x-attention',
  title: 'Gradient × attention',
  aliases: ['chefer', 'generic-attention'],
  summary: 'attention times the positive slope of the target, gathered through the layers',
  paper: 'https://arxiv.org/abs/2103.15679',
  family: 'attention',
  signed: false,
  additive: false,
  options: z.strictObject({}),
  refuse: withoutSelfAttention,
  async attribute(question) {
    const { model, tokens, target, signal } = question;
    const hooks = layersOf(question).map(patternHook);
    const run = await model.run(
      { tokens },
      { capture: hooks, gradient: { target, of: hooks }, ...(signal ? { signal } : {}) },
    );
    const map = relevance(
      hooks.map((hook) =>
        positiveGradientWeights(headMaps(run.activation(hook)), headMaps(run.gradient(hook))),
      ),
    );
    const destinations = await readPositions(question);
    return {
      ...rowScores(question, meanRow(map, destinations), destinations, 'mean over heads'),
      map: mapTensor(map),
    };
  },
});
