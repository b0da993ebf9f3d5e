import type { Architecture } from '../architecture.js';
import { bartStacks } from '../blocks/bart-stacks.js';

/** mBART and mBART-50: BART for many languages, with norms in front. */
export const mbart: Architecture = {
  modelType: 'mbart',
  title: 'mBART',
  paper: 'Liu et al. 2020, https://arxiv.org/abs/2001.08210',
  classes: {
    MBartForConditionalGeneration: 'causal-lm',
    MBartForSequenceClassification: 'sequence-classification',
    MBartModel: 'base',
  },
  ...bartStacks({
    normFirst: true,
    embeddingNorm: true,
    positions: 'learned',
    vocabularySize: 50265,
    padId: 1,
    startId: null,
  }),
};
