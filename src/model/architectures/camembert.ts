import type { Architecture } from '../architecture.js';
import { robertaClasses, robertaEncoder } from '../blocks/roberta-encoder.js';

/** CamemBERT: RoBERTa for French; the computation is the same. */
export const camembert: Architecture = {
  modelType: 'camembert',
  title: 'CamemBERT',
  paper: 'Martin et al. 2020, https://arxiv.org/abs/1911.03894',
  classes: robertaClasses('Camembert'),
  ...robertaEncoder(30522),
};
