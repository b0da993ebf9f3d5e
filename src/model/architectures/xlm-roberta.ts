import type { Architecture } from '../architecture.js';
import { robertaClasses, robertaEncoder } from '../blocks/roberta-encoder.js';

/** XLM-RoBERTa: RoBERTa for a hundred languages; the computation is the same. */
export const xlmRoberta: Architecture = {
  modelType: 'xlm-roberta',
  title: 'XLM-RoBERTa',
  paper: 'Conneau et al. 2020, https://arxiv.org/abs/1911.02116',
  classes: robertaClasses('XLMRoberta'),
  ...robertaEncoder(30522),
};
