import type { Architecture } from '../architecture.js';
import { bartStacks } from '../blocks/bart-stacks.js';

/** BART: encoder-decoder with learned positions and norms behind the sums, as BERT and GPT have them. */
export const bart: Architecture = {
  modelType: 'bart',
  title: 'BART',
  paper: 'Lewis et al. 2020, https://arxiv.org/abs/1910.13461',
  classes: {
    BartForConditionalGeneration: 'causal-lm',
    BartForSequenceClassification: 'sequence-classification',
    BartModel: 'base',
  },
  ...bartStacks({
    normFirst: false,
    embeddingNorm: true,
    positions: 'learned',
    vocabularySize: 50265,
    padId: 1,
    startId: 2,
  }),
};
