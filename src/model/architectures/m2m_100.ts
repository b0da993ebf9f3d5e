import type { Architecture } from '../architecture.js';
import { bartStacks } from '../blocks/bart-stacks.js';

/** M2M-100 and NLLB: translation between any of many languages, with norms in front and fairseq's sinusoids. */
export const m2m100: Architecture = {
  modelType: 'm2m_100',
  title: 'M2M-100',
  paper: 'Fan et al. 2021, https://arxiv.org/abs/2010.11125',
  classes: { M2M100ForConditionalGeneration: 'causal-lm', M2M100Model: 'base' },
  ...bartStacks({
    normFirst: true,
    embeddingNorm: false,
    positions: 'fairseq sinusoids',
    vocabularySize: 128112,
    padId: 1,
    startId: 2,
    activation: 'relu',
    scaled: true,
  }),
};
