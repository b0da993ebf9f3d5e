import type { Architecture } from '../architecture.js';
import { t5Classes, t5Stacks } from '../blocks/t5-stacks.js';

/** mT5: T5 1.1 for a hundred languages, whose output is never scaled. */
export const mt5: Architecture = {
  modelType: 'mt5',
  title: 'mT5',
  paper: 'Xue et al. 2021, https://arxiv.org/abs/2010.11934',
  classes: t5Classes('MT5'),
  ...t5Stacks({ vocabularySize: 250112, scaled: () => false }),
};
