import type { Architecture } from '../architecture.js';
import { bartStacks } from '../blocks/bart-stacks.js';

/** Marian: the translators of OPUS-MT, BART with sinusoids and no norm over the embeddings. */
export const marian: Architecture = {
  modelType: 'marian',
  title: 'Marian',
  paper: 'Junczys-Dowmunt et al. 2018, https://arxiv.org/abs/1804.00344',
  classes: { MarianMTModel: 'causal-lm', MarianModel: 'base' },
  ...bartStacks({
    normFirst: false,
    embeddingNorm: false,
    positions: 'sinusoids',
    vocabularySize: 58101,
    padId: 58100,
    startId: 58100,
    ownVocabularies: true,
  }),
};
