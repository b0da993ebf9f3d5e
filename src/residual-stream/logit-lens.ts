import type { ReadingDefinition } from './reading.js';

/**
 * softmax(W_U · norm(h)) for the residual stream h of every layer (nostalgebraist 2020): the model's own last norm, with
 * statistics of h itself, and its own head with all that it does to logits.
 */
export const logitLens: ReadingDefinition = {
  name: 'logit-lens',
  title: 'Logit lens',
  summary: 'what the model would answer if it ended after each layer',
  paper:
    'nostalgebraist 2020, https://www.lesswrong.com/posts/AcKRB8wDpdaN6v6ru/interpreting-gpt-the-logit-lens',
  gives: 'lens',
};
