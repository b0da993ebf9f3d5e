import type { Architecture } from '../architecture.js';
import { robertaClasses, robertaEncoder } from '../blocks/roberta-encoder.js';

/** RoBERTa: BERT trained longer, without segments, with positions that count from the id of the padding. */
export const roberta: Architecture = {
  modelType: 'roberta',
  title: 'RoBERTa',
  paper: 'Liu et al. 2019, https://arxiv.org/abs/1907.11692',
  classes: robertaClasses('Roberta'),
  ...robertaEncoder(50265),
};
