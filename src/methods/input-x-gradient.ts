import { z } from 'zod';
import { defineMethod } from './method.js';
import { refuseAtMinimum, slopeOf } from './slopes.js';
import { dotByPosition, sumByFeature } from './token-scores.js';

/** Σ over the width of e · ∂f/∂e, signed (Shrikumar et al. 2016, https://arxiv.org/abs/1605.01713). */
export const inputXGradient = defineMethod({
  name: 'input-x-gradient',
  title: 'Input × gradient',
  aliases: ['input-times-gradient', 'ixg'],
  summary: 'slope of the target at each embedding, times the embedding',
  paper: 'https://arxiv.org/abs/1605.01713',
  family: 'gradient',
  signed: true,
  additive: false,
  options: z.strictObject({}),
  refuse: (question) => refuseAtMinimum('Input × gradient', question),
  passes: () => 1,
  async attribute(question) {
    const { tokens, embeddings } = question;
    const slopes = await slopeOf(question);
    return {
      scores: sumByFeature(question, dotByPosition(embeddings, slopes, tokens.length)),
      aggregation: 'signed sum over the embedding and over the tokens of a feature',
    };
  },
});
