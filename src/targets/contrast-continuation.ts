import type { TargetDefinition } from '../model/index.js';
import { contrastOfAnswers } from './answer-scores.js';

/**
 * Σ over tokens of logit(xᵢ) − logit(yᵢ), both read after the input and x₁ … xᵢ₋₁: why it goes on with X and not with Y, a
 * text of equally many tokens (Yin and Neubig 2022, https://arxiv.org/abs/2202.10419).
 */
export const contrastContinuation: TargetDefinition = {
  name: 'contrast-continuation',
  aliases: [],
  summary: 'score of one text that follows minus that of another, token by token',
  takes: 2,
  needs: 'next-token',
  reads: 'continuation',
  build: (context) => contrastOfAnswers(context),
};
