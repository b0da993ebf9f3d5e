import type { Architecture } from '../architecture.js';
import { bartStacks } from '../blocks/bart-stacks.js';

/** Pegasus: summaries; norms in front, sinusoids. */
export const pegasus: Architecture = {
  modelType: 'pegasus',
  title: 'Pegasus',
  paper: 'Zhang et al. 2020, https://arxiv.org/abs/1912.08777',
  classes: { PegasusForConditionalGeneration: 'causal-lm', PegasusModel: 'base' },
  ...bartStacks({
    normFirst: true,
    embeddingNorm: false,
    positions: 'sinusoids',
    vocabularySize: 50265,
    padId: 0,
    startId: 0,
  }),
};
